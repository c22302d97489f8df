/*
 * libfs.c - files that are a buffer or one number (kernel: fs/libfs.c,
 * fs/read_write.c).
 *
 * Locks: a simple attribute's mutex, round its get or set and its two buffers.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/kernel/alloc.h"
#include "core/kernel/task.h"
#include "include/kmemu/fs.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/kstrtox.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/printk.h"

KMEMU_EXPORT int kmemu_simple_open(struct inode *inode, struct file *file)
{
	if (inode->i_private)
		file->private_data = inode->i_private;
	return 0;
}

/* What is there of count bytes at pos: copied, and pos moved. */
static ssize_t copied(size_t count, size_t left, long long *pos)
{
	if (left == count && count)
		return -EFAULT;
	*pos += (long long)(count - left);
	return (ssize_t)(count - left);
}

KMEMU_EXPORT ssize_t kmemu_simple_read_from_buffer(void *to, size_t count, long long *pos,
						   const void *from, size_t available)
{
	if (*pos < 0)
		return -EINVAL;
	if ((size_t)*pos >= available || !count)
		return 0;
	count = min(count, available - (size_t)*pos);
	might_sleep_in("copy_to_user", CALLER);
	return copied(count, kmemu_copy_user(to, (const char *)from + *pos, count), pos);
}

KMEMU_EXPORT ssize_t kmemu_simple_write_to_buffer(void *to, size_t available, long long *pos,
						  const void *from, size_t count)
{
	if (*pos < 0)
		return -EINVAL;
	if ((size_t)*pos >= available || !count)
		return 0;
	count = min(count, available - (size_t)*pos);
	might_sleep_in("copy_from_user", CALLER);
	return copied(count, kmemu_copy_user((char *)to + *pos, from, count), pos);
}

KMEMU_EXPORT long long kmemu_fixed_size_llseek(struct file *file, long long offset, int whence,
					       long long size)
{
	long long base = whence == SEEK_CUR ? file->f_pos : whence == SEEK_END ? size :
										 0;

	if ((whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) ||
	    __builtin_add_overflow(base, offset, &offset) || offset < 0 || offset > size)
		return -EINVAL;
	file->f_pos = offset;
	return offset;
}

/* --- one number ------------------------------------------------------------ */

struct simple_attr {
	int (*get)(void *data, unsigned long long *val);
	int (*set)(void *data, unsigned long long val);
	char get_buf[24], set_buf[24]; /* a number's digits and a line feed */
	void *data;
	const char *fmt;
	struct kmemu_mutex mutex;
};

KMEMU_EXPORT int kmemu_simple_attr_open(struct inode *inode, struct file *file,
					int (*get)(void *data, unsigned long long *val),
					int (*set)(void *data, unsigned long long val),
					const char *fmt)
{
	struct simple_attr *attr = kmalloc_for(sizeof(*attr), GFP_KERNEL | __GFP_ZERO,
					       "simple_attr_open", CALLER);

	if (!attr)
		return -ENOMEM;
	attr->get = get;
	attr->set = set;
	attr->data = inode->i_private;
	attr->fmt = fmt;
	file->private_data = attr;
	file->f_mode &= ~(KMEMU_FMODE_LSEEK | KMEMU_FMODE_PREAD | KMEMU_FMODE_PWRITE);
	return 0;
}

KMEMU_EXPORT int kmemu_simple_attr_release(struct inode *inode, struct file *file)
{
	(void)inode;
	kfree_for(file->private_data, CALLER);
	return 0;
}

/* The format is a program's, checked where it was given. */
static int print_number(struct simple_attr *attr)
{
	unsigned long long val;
	int err = attr->get(attr->data, &val);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (!err)
		kmemu_scnprintf_k(attr->get_buf, sizeof(attr->get_buf), attr->fmt, val);
#pragma GCC diagnostic pop
	return err;
}

KMEMU_EXPORT ssize_t kmemu_simple_attr_read(struct file *file, char *buf, size_t len,
					    long long *pos)
{
	struct simple_attr *attr = file->private_data;
	ssize_t ret = 0;

	if (!attr->get)
		return -EACCES;
	kmemu_mutex_lock(&attr->mutex);
	/* What was begun is read on, whatever the value is by now. */
	if (!*pos || !attr->get_buf[0])
		ret = print_number(attr);
	if (!ret)
		ret = kmemu_simple_read_from_buffer(buf, len, pos, attr->get_buf,
						    strlen(attr->get_buf));
	kmemu_mutex_unlock(&attr->mutex);
	return ret;
}

static ssize_t attr_write(struct file *file, const char *buf, size_t len, bool is_signed)
{
	struct simple_attr *attr = file->private_data;
	size_t size = min(len, sizeof(attr->set_buf) - 1);
	unsigned long long val;
	long long negative;
	int err = -EFAULT;

	if (!attr->set)
		return -EACCES;
	kmemu_mutex_lock(&attr->mutex);
	if (!kmemu_copy_user(attr->set_buf, buf, size)) {
		attr->set_buf[size] = '\0';
		if (is_signed) {
			err = kmemu_kstrtoll(attr->set_buf, 0, &negative);
			val = (unsigned long long)negative;
		} else {
			err = kmemu_kstrtoull(attr->set_buf, 0, &val);
		}
		if (!err)
			err = attr->set(attr->data, val);
	}
	kmemu_mutex_unlock(&attr->mutex);
	return err ? err : (ssize_t)len;
}

KMEMU_EXPORT ssize_t kmemu_simple_attr_write(struct file *file, const char *buf, size_t len,
					     long long *pos)
{
	(void)pos;
	return attr_write(file, buf, len, false);
}

KMEMU_EXPORT ssize_t kmemu_simple_attr_write_signed(struct file *file, const char *buf,
						    size_t len, long long *pos)
{
	(void)pos;
	return attr_write(file, buf, len, true);
}
