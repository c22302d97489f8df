/*
 * seq_file.c - text that is made record by record while a file is read (kernel:
 * fs/seq_file.c).
 *
 * One page is filled with whole records, each shown between start() and stop().
 * When the first does not fit, the buffer is given up for one of twice the size and
 * the record is made again, so show() may be called more than once for what is read
 * once. A pos that is not where the last read ended is found by making all text
 * before it again.
 *
 * Different from the kernel: struct seq_file is kmalloc memory, not a cache's.
 *
 * Locks: the file's mutex, over start(), show() and stop().
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/alloc.h"
#include "core/kernel/iov_iter.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/seq_file.h"

#define START_TOKEN ((void *)1)

static bool overflowed(const struct seq_file *m)
{
	return m->count == m->size;
}

/* --- open and release ------------------------------------------------------ */

static struct seq_file *open_for(struct file *file, const struct seq_operations *op,
				 const char *func, const void *caller)
{
	struct seq_file *m = kmalloc_for(sizeof(*m), GFP_KERNEL | __GFP_ZERO, func, caller);

	if (!m)
		return NULL;
	if (file->private_data)
		kmemu_warn("fs/seq_file.c", 0, 0, "seq_open: private_data was set");
	m->op = op;
	m->file = file;
	file->private_data = m;
	file->f_mode &= ~KMEMU_FMODE_PWRITE;
	return m;
}

static void release_for(struct file *file, const void *caller)
{
	struct seq_file *m = file->private_data;

	kmemu_kvfree(m->buf);
	kfree_for(m, caller);
}

KMEMU_EXPORT int kmemu_seq_open(struct file *file, const struct seq_operations *op)
{
	return open_for(file, op, "seq_open", CALLER) ? 0 : -ENOMEM;
}

KMEMU_EXPORT int kmemu_seq_release(struct inode *inode, struct file *file)
{
	(void)inode;
	release_for(file, CALLER);
	return 0;
}

KMEMU_EXPORT void *kmemu_seq_open_private(struct file *file, const struct seq_operations *op,
					  int size)
{
	void *data = kmalloc_for((size_t)size, GFP_KERNEL | __GFP_ZERO, "__seq_open_private",
				 CALLER);
	struct seq_file *m = data ? open_for(file, op, "__seq_open_private", CALLER) : NULL;

	if (!m) {
		kfree_for(data, CALLER);
		return NULL;
	}
	m->private = data;
	return data;
}

KMEMU_EXPORT int kmemu_seq_release_private(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	(void)inode;
	kfree_for(m->private, CALLER);
	m->private = NULL;
	release_for(file, CALLER);
	return 0;
}

/* --- one record ------------------------------------------------------------ */

static void *single_start(struct seq_file *m, long long *pos)
{
	(void)m;
	return *pos ? NULL : START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, long long *pos)
{
	(void)m;
	(void)v;
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
	(void)m;
	(void)v;
}

KMEMU_EXPORT int kmemu_single_open(struct file *file, int (*show)(struct seq_file *m, void *v),
				   void *data, size_t size)
{
	struct seq_operations *op = kmalloc_for(sizeof(*op), GFP_KERNEL, "single_open", CALLER);
	void *buf = op && size ? kmemu_kvmalloc(size, GFP_KERNEL) : NULL;
	struct seq_file *m = NULL;

	if (op && (buf || !size)) {
		*op = (struct seq_operations){ single_start, single_stop, single_next, show };
		m = open_for(file, op, "single_open", CALLER);
	}
	if (!m) {
		kmemu_kvfree(buf);
		kfree_for(op, CALLER);
		return -ENOMEM;
	}
	m->private = data;
	m->buf = buf;
	m->size = size;
	return 0;
}

KMEMU_EXPORT int kmemu_single_release(struct inode *inode, struct file *file)
{
	const struct seq_operations *op = ((struct seq_file *)file->private_data)->op;

	(void)inode;
	release_for(file, CALLER);
	kfree_for(op, CALLER);
	return 0;
}

/* --- reading --------------------------------------------------------------- */

static int new_buffer(struct seq_file *m, size_t size)
{
	kmemu_kvfree(m->buf);
	m->count = 0;
	m->buf = size > INT_MAX ? NULL : kmemu_kvmalloc(size, GFP_KERNEL);
	m->size = m->buf ? size : 0;
	return m->buf ? 0 : -ENOMEM;
}

/* next() that leaves the index where it was would make readers read for ever. */
static void *next_record(struct seq_file *m, void *v)
{
	long long was = m->index;

	v = m->op->next(m, v, &m->index);
	if (m->index == was) {
		kmemu_printk("\0016seq_file: buggy .next function %ps did not update "
			     "position index\n",
			     (void *)m->op->next);
		m->index++;
	}
	return v;
}

/*
 * The first record that has text, in a buffer that holds it. 0: v is it, between start()
 * and stop(), or NULL; else an error.
 */
static int first_record(struct seq_file *m, void **v)
{
	int err = 0;

	m->from = 0;
	*v = m->op->start(m, &m->index);
	while (*v && !is_err(*v)) {
		err = m->op->show(m, *v);
		if (err < 0)
			break;
		if (err) /* SEQ_SKIP */
			m->count = 0;
		err = 0;
		if (!m->count) {
			*v = next_record(m, *v);
			continue;
		}
		if (!overflowed(m))
			return 0;
		m->op->stop(m, *v);
		if (new_buffer(m, m->size << 1))
			return -ENOMEM;
		*v = m->op->start(m, &m->index);
	}
	if (is_err(*v))
		err = (int)(intptr_t)*v;
	m->op->stop(m, *v);
	m->count = 0;
	*v = NULL;
	return err;
}

/* More of them, as long as they fit and somebody wants them. */
static void more_records(struct seq_file *m, void *v, size_t wanted)
{
	int err;

	for (;;) {
		size_t was = m->count;

		v = next_record(m, v);
		if (!v || is_err(v) || m->count >= wanted)
			break;
		err = m->op->show(m, v);
		if (err > 0) {
			m->count = was;
		} else if (err || overflowed(m)) {
			m->count = was;
			break;
		}
	}
	m->op->stop(m, v);
}

static size_t give(struct seq_file *m, struct iov_iter *to)
{
	size_t n = iov_copy_to(m->buf + m->from, m->count, to);

	m->count -= n;
	m->from += n;
	return n;
}

/* Makes all that is before offset again. */
static int traverse(struct seq_file *m, long long offset)
{
	long long pos = 0;
	void *v;
	int err = 0;

	m->index = 0;
	m->count = m->from = 0;
	if (!offset)
		return 0;
	if (!m->buf && new_buffer(m, PAGE_SIZE))
		return -ENOMEM;
	v = m->op->start(m, &m->index);
	while (v && !is_err(v)) {
		err = m->op->show(m, v);
		if (err < 0)
			break;
		if (err)
			m->count = 0;
		err = 0;
		if (overflowed(m)) {
			m->op->stop(m, v);
			return new_buffer(m, m->size << 1) ? -ENOMEM : -EAGAIN;
		}
		v = next_record(m, v);
		if (pos + (long long)m->count > offset) {
			m->from = (size_t)(offset - pos);
			m->count -= m->from;
			break;
		}
		pos += (long long)m->count;
		m->count = 0;
		if (pos == offset)
			break;
	}
	if (is_err(v))
		err = (int)(intptr_t)v;
	m->op->stop(m, v);
	return err;
}

static int go_to(struct seq_file *m, long long offset)
{
	int err;

	do {
		err = traverse(m, offset);
	} while (err == -EAGAIN);
	if (err) {
		m->index = m->read_pos = 0;
		m->count = 0;
	} else {
		m->read_pos = offset;
	}
	return err;
}

static ssize_t read_locked(struct seq_file *m, struct iov_iter *to, long long pos)
{
	size_t n = 0;
	void *v;
	int err = 0;

	if (pos != m->read_pos) {
		err = go_to(m, pos);
		if (err)
			return err;
	} else if (!pos) {
		m->index = 0;
		m->count = 0;
	}
	if (!m->buf && new_buffer(m, PAGE_SIZE))
		return -ENOMEM;
	if (m->count) {
		n = give(m, to);
		if (m->count) /* it was read in part, or cannot be written */
			return n ? (ssize_t)n : -EFAULT;
	}
	err = !to->count ? 0 : first_record(m, &v);
	if (!err && to->count && v) {
		size_t more;

		more_records(m, v, to->count);
		more = give(m, to);
		n += more;
		err = more ? 0 : -EFAULT;
	}
	return n ? (ssize_t)n : err;
}

KMEMU_EXPORT ssize_t kmemu_seq_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct seq_file *m = iocb->ki_filp->private_data;
	ssize_t n;

	if (!to->count)
		return 0;
	kmemu_mutex_lock(&m->lock.lock);
	n = read_locked(m, to, iocb->ki_pos);
	if (n > 0) {
		iocb->ki_pos += n;
		m->read_pos += n;
	}
	kmemu_mutex_unlock(&m->lock.lock);
	return n;
}

KMEMU_EXPORT ssize_t kmemu_seq_read(struct file *file, char *buf, size_t size, long long *pos)
{
	struct kiocb iocb = { .ki_filp = file, .ki_pos = *pos };
	struct iov_iter to;
	ssize_t n;

	kmemu_iov_iter_ubuf(&to, ITER_DEST, buf, size);
	n = kmemu_seq_read_iter(&iocb, &to);
	*pos = iocb.ki_pos;
	return n;
}

KMEMU_EXPORT long long kmemu_seq_lseek(struct file *file, long long offset, int whence)
{
	struct seq_file *m = file->private_data;
	long long ret = -EINVAL;

	kmemu_mutex_lock(&m->lock.lock);
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	if ((whence == SEEK_SET || whence == SEEK_CUR) && offset >= 0) {
		ret = offset;
		if (offset != m->read_pos) {
			int err = go_to(m, offset);

			if (err)
				ret = err;
		}
		file->f_pos = m->read_pos;
	}
	kmemu_mutex_unlock(&m->lock.lock);
	return ret;
}

/* --- printing -------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_seq_vprintf(struct seq_file *m, const char *fmt, va_list args)
{
	size_t room = m->size - m->count;
	size_t len;

	if (!room)
		return;
	len = (size_t)kmemu_vsnprintf_k(m->buf + m->count, room, fmt, args);
	m->count = len < room ? m->count + len : m->size;
}

KMEMU_EXPORT void kmemu_seq_printf(struct seq_file *m, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	kmemu_seq_vprintf(m, fmt, args);
	va_end(args);
}

KMEMU_EXPORT int kmemu_seq_write(struct seq_file *m, const void *data, size_t len)
{
	if (len >= m->size - m->count) {
		m->count = m->size;
		return -1;
	}
	memcpy(m->buf + m->count, data, len);
	m->count += len;
	return 0;
}

KMEMU_EXPORT void kmemu_seq_escape(struct seq_file *m, const char *s, const char *esc)
{
	for (; *s; s++) {
		if (strchr(esc, *s))
			kmemu_seq_printf(m, "\\%03o", (unsigned char)*s);
		else
			kmemu_seq_write(m, s, 1);
	}
}

KMEMU_EXPORT void kmemu_seq_pad(struct seq_file *m, char c)
{
	while (m->count < m->pad_until && !overflowed(m))
		kmemu_seq_write(m, " ", 1);
	if (c)
		kmemu_seq_write(m, &c, 1);
}

KMEMU_EXPORT void kmemu_seq_hex_dump(struct seq_file *m, const char *prefix_str, int prefix_type,
				     int rowsize, int groupsize, const void *buf, size_t len,
				     bool ascii)
{
	const u8 *bytes = buf;
	char line[32 * 3 + 2 + 32 + 1];
	size_t row = rowsize == 32 ? 32 : 16;

	for (size_t at = 0; at < len && !overflowed(m); at += row) {
		kmemu_hex_dump_to_buffer(bytes + at, min(row, len - at), (int)row, groupsize, line,
					 sizeof(line), ascii);
		if (prefix_type == KMEMU_DUMP_PREFIX_ADDRESS)
			kmemu_seq_printf(m, "%s%p: %s\n", prefix_str, bytes + at, line);
		else if (prefix_type == KMEMU_DUMP_PREFIX_OFFSET)
			kmemu_seq_printf(m, "%s%.8x: %s\n", prefix_str, (u32)at, line);
		else
			kmemu_seq_printf(m, "%s%s\n", prefix_str, line);
	}
}
