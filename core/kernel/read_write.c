/*
 * read_write.c - what read(2), write(2), readv(2) and writev(2) do with a file, and the kernel
 * when it reads one itself (kernel: fs/read_write.c).
 *
 * A file has read() or read_iter(), the same for writing. Who has both is read by the first;
 * the kernel itself reads only what has the second alone, as there. A vector of a file that has
 * only read() is read piece by piece.
 *
 * Different from the kernel: whether a file can be read is asked of its functions at each call,
 * not once when it was opened; nothing is counted, and nobody is notified.
 *
 * Locks: none: a position is the caller's.
 */
#include "core/kernel/read_write.h"

#include <errno.h>
#include <fcntl.h>

#include "core/kernel/alloc.h"
#include "core/kernel/iov_iter.h"
#include "core/kernel/task.h"
#include "include/kmemu/printk.h"

#define EIOCBQUEUED 529
#define FAST_SEGS   8U /* UIO_FASTIOV */

typedef ssize_t (*iter_fn)(struct kiocb *iocb, struct iov_iter *i);

int file_iocb_flags(const struct file *file)
{
	int flags = 0;

	if (file->f_flags & O_APPEND)
		flags |= KMEMU_RWF_APPEND;
	if (file->f_flags & O_DIRECT)
		flags |= KMEMU_IOCB_DIRECT;
	if (file->f_flags & O_DSYNC)
		flags |= KMEMU_RWF_DSYNC;
	if (file->f_flags & (O_SYNC & ~O_DSYNC))
		flags |= KMEMU_RWF_SYNC;
	return flags;
}

KMEMU_EXPORT int kmemu_iocb_flags(const struct file *file)
{
	return file_iocb_flags(file);
}

KMEMU_EXPORT int kmemu_kiocb_set_rw_flags(struct kiocb *iocb, int flags, int direction)
{
	unsigned int mode = iocb->ki_filp->f_mode;

	if (flags & ~KMEMU_RWF_SUPPORTED)
		return -EOPNOTSUPP;
	if (flags & KMEMU_RWF_APPEND && flags & KMEMU_RWF_NOAPPEND)
		return -EINVAL;
	if (flags & KMEMU_RWF_NOWAIT && !(mode & KMEMU_FMODE_NOWAIT))
		return -EOPNOTSUPP;
	if (flags & KMEMU_RWF_ATOMIC &&
	    (direction != ITER_SOURCE || !(mode & KMEMU_FMODE_CAN_ATOMIC_WRITE)))
		return -EOPNOTSUPP;
	if (flags & KMEMU_RWF_SYNC)
		flags |= KMEMU_RWF_DSYNC;
	if (flags & KMEMU_RWF_NOAPPEND)
		iocb->ki_flags &= ~KMEMU_RWF_APPEND;
	iocb->ki_flags |= flags;
	return 0;
}

/* --- may it be done -------------------------------------------------------- */

/* Kernel: rw_verify_area(). 0, or -errno. */
static ssize_t check_area(const struct file *file, const long long *pos, size_t count)
{
	long long end;

	if ((ssize_t)count < 0)
		return -EINVAL;
	if (!pos)
		return 0;
	if (file->f_op->fop_flags & KMEMU_FOP_UNSIGNED_OFFSET)
		return *pos < 0 && count >= 0 - (size_t)*pos ? -EOVERFLOW : 0;
	return *pos < 0 || __builtin_add_overflow(*pos, (long long)count, &end) ? -EINVAL : 0;
}

/* Of a program: the way is one that the file was opened for, and has functions of. */
static ssize_t check_way(const struct file *file, unsigned int direction)
{
	const struct file_operations *op = file->f_op;
	bool write = direction == ITER_SOURCE;

	if (!(file->f_mode & (write ? KMEMU_FMODE_WRITE : KMEMU_FMODE_READ)))
		return -EBADF;
	if (write ? !op->write && !op->write_iter : !op->read && !op->read_iter)
		return -EINVAL;
	return 0;
}

/* --- by the iterator ------------------------------------------------------- */

static ssize_t call_iter(struct kiocb *iocb, struct iov_iter *i, int line)
{
	const struct file_operations *op = iocb->ki_filp->f_op;
	iter_fn fn = i->data_source ? op->write_iter : op->read_iter;
	ssize_t n = fn(iocb, i);

	if (n == -EIOCBQUEUED && !iocb->ki_complete)
		kmemu_bug("fs/read_write.c", line);
	return n;
}

static struct kiocb sync_kiocb(struct file *file, const long long *pos)
{
	return (struct kiocb){ .ki_filp = file,
			       .ki_pos = pos ? *pos : 0,
			       .ki_flags = file->f_iocb_flags };
}

/* always: the position goes on also where nothing was written. */
static ssize_t do_iter(struct file *file, struct iov_iter *i, long long *pos, int flags,
		       bool always, int line)
{
	struct kiocb iocb = sync_kiocb(file, pos);
	ssize_t n = kmemu_kiocb_set_rw_flags(&iocb, flags, i->data_source);

	if (n)
		return n;
	n = call_iter(&iocb, i, line);
	if (pos && (always || n > 0))
		*pos = iocb.ki_pos;
	return n;
}

/* --- a program's ----------------------------------------------------------- */

static ssize_t check_call(const struct file *file, unsigned int direction, const void *buf,
			  size_t count, const long long *pos)
{
	ssize_t err = check_way(file, direction);

	if (!err && !user_range_ok(buf, count))
		err = -EFAULT;
	return err ? err : check_area(file, pos, count);
}

KMEMU_EXPORT ssize_t kmemu_vfs_read(struct file *file, char *buf, size_t count, long long *pos)
{
	ssize_t err = check_call(file, ITER_DEST, buf, count, pos);
	struct iov_iter i;

	if (err)
		return err;
	count = min(count, KMEMU_MAX_RW_COUNT);
	if (file->f_op->read)
		return file->f_op->read(file, buf, count, pos);
	kmemu_iov_iter_ubuf(&i, ITER_DEST, buf, count);
	return do_iter(file, &i, pos, 0, true, 489);
}

KMEMU_EXPORT ssize_t kmemu_vfs_write(struct file *file, const char *buf, size_t count,
				     long long *pos)
{
	ssize_t err = check_call(file, ITER_SOURCE, buf, count, pos);
	struct iov_iter i;

	if (err)
		return err;
	count = min(count, KMEMU_MAX_RW_COUNT);
	if (file->f_op->write)
		return file->f_op->write(file, buf, count, pos);
	kmemu_iov_iter_ubuf(&i, ITER_SOURCE, (char *)buf, count);
	return do_iter(file, &i, pos, 0, false, 591);
}

/* Kernel: do_loop_readv_writev(). */
static ssize_t by_pieces(struct file *file, struct iov_iter *i, long long *pos)
{
	ssize_t done = 0;
	struct iov_piece p;

	while (iov_next(i, &p)) {
		ssize_t n = i->data_source ? file->f_op->write(file, p.at, p.bytes, pos) :
					     file->f_op->read(file, p.at, p.bytes, pos);

		if (n < 0)
			return done ? done : n;
		done += n;
		if ((size_t)n != p.bytes)
			break;
		kmemu_iov_iter_advance(i, p.bytes);
	}
	return done;
}

static ssize_t do_vector(struct file *file, unsigned int direction, const struct iovec *from,
			 unsigned long nr, long long *pos, int flags)
{
	const struct file_operations *op = file->f_op;
	struct iovec fast[FAST_SEGS], *vec = fast;
	ssize_t n = check_way(file, direction);
	struct iov_iter i;

	if (n)
		return n;
	n = kmemu_import_iovec((int)direction, from, (unsigned int)nr, FAST_SEGS, &vec, &i);
	if (n <= 0)
		return n;
	n = check_area(file, pos, i.count);
	if (!n && (direction == ITER_SOURCE ? !!op->write_iter : !!op->read_iter))
		n = do_iter(file, &i, pos, flags, true, 835);
	else if (!n)
		n = flags & ~KMEMU_RWF_HIPRI ? -EOPNOTSUPP : by_pieces(file, &i, pos);
	kfree_for(vec, NULL);
	return n;
}

KMEMU_EXPORT ssize_t kmemu_vfs_readv(struct file *file, const struct iovec *vec, unsigned long nr,
				     long long *pos, int flags)
{
	return do_vector(file, ITER_DEST, vec, nr, pos, flags);
}

KMEMU_EXPORT ssize_t kmemu_vfs_writev(struct file *file, const struct iovec *vec,
				      unsigned long nr, long long *pos, int flags)
{
	return do_vector(file, ITER_SOURCE, vec, nr, pos, flags);
}

/* --- the kernel's own ------------------------------------------------------ */

static ssize_t unsupported(struct file *file, const char *way)
{
	static struct kmemu_ratelimit state = { .interval = KMEMU_RATELIMIT_INTERVAL,
						.burst = KMEMU_RATELIMIT_BURST };
	const struct task_struct *t = kmemu_current();

	if (kmemu_ratelimit(&state, "warn_unsupported"))
		kmemu_printk("\0014kernel %s not supported for file %pD4 (pid: %d comm: %.20s)\n",
			     way, file, t->pid, t->comm);
	return -EINVAL;
}

KMEMU_EXPORT ssize_t kmemu___kernel_read(struct file *file, void *buf, size_t count,
					 long long *pos)
{
	struct kvec piece = { buf, min(count, KMEMU_MAX_RW_COUNT) };
	struct iov_iter i;

	if (!(file->f_mode & KMEMU_FMODE_READ)) {
		kernel_warn(CALLER, "fs/read_write.c", 513,
			    "kernel_read() of a file that is not open for reading");
		return -EINVAL;
	}
	if (check_way(file, ITER_DEST))
		return -EINVAL;
	if (!file->f_op->read_iter || file->f_op->read)
		return unsupported(file, "read");
	kmemu_iov_iter_kvec(&i, ITER_DEST, &piece, 1, piece.iov_len);
	return do_iter(file, &i, pos, 0, false, 489);
}

KMEMU_EXPORT ssize_t kmemu_kernel_read(struct file *file, void *buf, size_t count, long long *pos)
{
	ssize_t err = check_area(file, pos, count);

	return err ? err : kmemu___kernel_read(file, buf, count, pos);
}

KMEMU_EXPORT ssize_t kmemu___kernel_write(struct file *file, const void *buf, size_t count,
					  long long *pos)
{
	struct kvec piece = { (void *)buf, min(count, KMEMU_MAX_RW_COUNT) };
	struct iov_iter i;

	if (!(file->f_mode & KMEMU_FMODE_WRITE)) {
		kernel_warn(CALLER, "fs/read_write.c", 603,
			    "kernel_write() of a file that is not open for writing");
		return -EBADF;
	}
	if (check_way(file, ITER_SOURCE))
		return -EINVAL;
	if (!file->f_op->write_iter || file->f_op->write)
		return unsupported(file, "write");
	kmemu_iov_iter_kvec(&i, ITER_SOURCE, &piece, 1, piece.iov_len);
	return do_iter(file, &i, pos, 0, false, 591);
}

KMEMU_EXPORT ssize_t kmemu_kernel_write(struct file *file, const void *buf, size_t count,
					long long *pos)
{
	ssize_t err = check_area(file, pos, count);

	return err ? err : kmemu___kernel_write(file, buf, count, pos);
}

/* 0: there are bytes to be moved; else the answer less 1. */
static bool may_iterate(const struct file *file, unsigned int direction, const struct iov_iter *i,
			const long long *pos, ssize_t *err)
{
	const struct file_operations *op = file->f_op;

	*err = direction == ITER_SOURCE ? (op->write_iter ? 0 : -EINVAL) :
					  (op->read_iter ? 0 : -EINVAL);
	if (!*err)
		*err = check_way(file, direction);
	if (*err || !i->count)
		return false;
	*err = check_area(file, pos, i->count);
	return !*err;
}

KMEMU_EXPORT ssize_t kmemu_vfs_iter_read(struct file *file, struct iov_iter *i, long long *pos,
					 int flags)
{
	ssize_t err;

	return may_iterate(file, ITER_DEST, i, pos, &err) ?
		       do_iter(file, i, pos, flags, true, 835) :
		       err;
}

KMEMU_EXPORT ssize_t kmemu_vfs_iter_write(struct file *file, struct iov_iter *i, long long *pos,
					  int flags)
{
	ssize_t err;

	return may_iterate(file, ITER_SOURCE, i, pos, &err) ?
		       do_iter(file, i, pos, flags, true, 835) :
		       err;
}

KMEMU_EXPORT ssize_t kmemu_vfs_iocb_iter_read(struct file *file, struct kiocb *iocb,
					      struct iov_iter *i)
{
	ssize_t err;

	return may_iterate(file, ITER_DEST, i, &iocb->ki_pos, &err) ?
		       file->f_op->read_iter(iocb, i) :
		       err;
}

KMEMU_EXPORT ssize_t kmemu_vfs_iocb_iter_write(struct file *file, struct kiocb *iocb,
					       struct iov_iter *i)
{
	ssize_t err;

	return may_iterate(file, ITER_SOURCE, i, &iocb->ki_pos, &err) ?
		       file->f_op->write_iter(iocb, i) :
		       err;
}
