/* SPDX-License-Identifier: MIT */
/*
 * <linux/fs.h> of Linux 6.12, as far as a driver's file functions need it: there are
 * no files, tests call them. libc may read the system's through this one, so in C++
 * nothing else comes along.
 */
#ifndef _KMEMU_LINUX_FS_H
#define _KMEMU_LINUX_FS_H

#include_next <linux/fs.h>

#include <kmemu/fs.h>
#include <kmemu/kernel_types.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <kmemu/libc_begin.h>
#include <sys/types.h>
#include <kmemu/libc_end.h>

#ifndef __cplusplus
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/kdev_t.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/xarray.h>
#endif

#define FMODE_READ KMEMU_FMODE_READ
#define FMODE_WRITE KMEMU_FMODE_WRITE
#define FMODE_LSEEK KMEMU_FMODE_LSEEK
#define FMODE_PREAD KMEMU_FMODE_PREAD
#define FMODE_PWRITE KMEMU_FMODE_PWRITE
#define FMODE_CAN_ATOMIC_WRITE KMEMU_FMODE_CAN_ATOMIC_WRITE
#define FMODE_NOWAIT KMEMU_FMODE_NOWAIT

#define MAX_LFS_FILESIZE ((loff_t)(~0ULL >> 1))

static __always_inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

static __always_inline struct dentry *file_dentry(const struct file *file)
{
	return file->f_path.dentry;
}

static __always_inline loff_t i_size_read(const struct inode *inode)
{
	return READ_ONCE(inode->i_size);
}

static __always_inline void i_size_write(struct inode *inode, loff_t size)
{
	WRITE_ONCE(inode->i_size, size);
}

static __always_inline unsigned int iminor(const struct inode *inode)
{
	return inode->i_rdev & ((1u << 20) - 1);
}

static __always_inline unsigned int imajor(const struct inode *inode)
{
	return inode->i_rdev >> 20;
}

/* libc's <fcntl.h> has none of these names. */
__kmemu_c int simple_open(struct inode *inode, struct file *file) __kmemu_is(kmemu_simple_open);
__kmemu_c ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos,
					  const void *from, size_t available)
	__kmemu_is(kmemu_simple_read_from_buffer);
__kmemu_c ssize_t simple_write_to_buffer(void *to, size_t available, loff_t *ppos,
					 const void __user *from, size_t count)
	__kmemu_is(kmemu_simple_write_to_buffer);
__kmemu_c loff_t fixed_size_llseek(struct file *file, loff_t offset, int whence, loff_t size)
	__kmemu_is(kmemu_fixed_size_llseek);

static __always_inline __maybe_unused loff_t default_llseek(struct file *file, loff_t offset,
							    int whence)
{
	return fixed_size_llseek(file, offset, whence, MAX_LFS_FILESIZE);
}

static __inline __maybe_unused loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	(void)offset;
	(void)whence;
	return file->f_pos;
}

#define generic_file_llseek default_llseek
#define no_llseek ((loff_t(*)(struct file *, loff_t, int))NULL)

static __inline __maybe_unused int nonseekable_open(struct inode *inode, struct file *file)
{
	(void)inode;
	file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	return 0;
}

static __always_inline int stream_open(struct inode *inode, struct file *file)
{
	return nonseekable_open(inode, file);
}

__kmemu_c int simple_attr_open(struct inode *inode, struct file *file,
			       int (*get)(void *, u64 *), int (*set)(void *, u64), const char *fmt)
	__kmemu_is(kmemu_simple_attr_open);
__kmemu_c int simple_attr_release(struct inode *inode, struct file *file)
	__kmemu_is(kmemu_simple_attr_release);
__kmemu_c ssize_t simple_attr_read(struct file *file, char __user *buf, size_t len, loff_t *ppos)
	__kmemu_is(kmemu_simple_attr_read);
__kmemu_c ssize_t simple_attr_write(struct file *file, const char __user *buf, size_t len,
				    loff_t *ppos) __kmemu_is(kmemu_simple_attr_write);
__kmemu_c ssize_t simple_attr_write_signed(struct file *file, const char __user *buf, size_t len,
					   loff_t *ppos)
	__kmemu_is(kmemu_simple_attr_write_signed);

static inline __printf(1, 2) void __simple_attr_check_format(const char *fmt, ...)
{
	(void)fmt;
}

#define DEFINE_SIMPLE_ATTRIBUTE_XSIGNED(__fops, __get, __set, __fmt, __write)             \
	static int __fops##_open(struct inode *inode, struct file *file)                  \
	{                                                                                 \
		__simple_attr_check_format(__fmt, 0ull);                                  \
		return simple_attr_open(inode, file, __get, __set, __fmt);                \
	}                                                                                 \
	static const struct file_operations __fops = {                                    \
		.owner = 0,                                                               \
		.llseek = generic_file_llseek,                                            \
		.read = simple_attr_read,                                                 \
		.write = __write,                                                         \
		.open = __fops##_open,                                                    \
		.release = simple_attr_release,                                           \
	}
#define DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, fmt) \
	DEFINE_SIMPLE_ATTRIBUTE_XSIGNED(fops, get, set, fmt, simple_attr_write)
#define DEFINE_SIMPLE_ATTRIBUTE_SIGNED(fops, get, set, fmt) \
	DEFINE_SIMPLE_ATTRIBUTE_XSIGNED(fops, get, set, fmt, simple_attr_write_signed)

#ifndef __cplusplus

/* --- numbers of character devices: <kmemu/chrdev.h>'s kmemu_chrdev_open() opens one */

#define CHRDEV_MAJOR_MAX 512
#define CHRDEV_MAJOR_DYN_END 234
#define CHRDEV_MAJOR_DYN_EXT_START 511
#define CHRDEV_MAJOR_DYN_EXT_END 384

/* major 0: any, which is the result; else 0, or -errno. */
static __always_inline int __register_chrdev(unsigned int major, unsigned int baseminor,
					     unsigned int count, const char *name,
					     const struct file_operations *fops)
{
	int got = kmemu_register_chrdev(major, baseminor, count, name, fops);

	return major && got > 0 ? 0 : got;
}

static inline int register_chrdev(unsigned int major, const char *name,
				  const struct file_operations *fops)
{
	return __register_chrdev(major, 0, 256, name, fops);
}

static __always_inline void __unregister_chrdev(unsigned int major, unsigned int baseminor,
						unsigned int count, const char *name)
{
	(void)name;
	kmemu_unregister_chrdev(major, baseminor, count);
}

static inline void unregister_chrdev(unsigned int major, const char *name)
{
	__unregister_chrdev(major, 0, 256, name);
}

static __always_inline int register_chrdev_region(dev_t from, unsigned int count, const char *name)
{
	int got = kmemu_register_chrdev(MAJOR(from), MINOR(from), count, name, NULL);

	return got < 0 ? got : 0;
}

static __always_inline int alloc_chrdev_region(dev_t *dev, unsigned int baseminor,
					       unsigned int count, const char *name)
{
	int got = kmemu_register_chrdev(0, baseminor, count, name, NULL);

	if (got < 0)
		return got;
	*dev = MKDEV(got, baseminor);
	return 0;
}

static __always_inline void unregister_chrdev_region(dev_t from, unsigned int count)
{
	kmemu_unregister_chrdev(MAJOR(from), MINOR(from), count);
}

/* A program is one module, which stays. */
#define fops_get(fops) (fops)
#define fops_put(fops) ((void)(fops))
#define replace_fops(file, fops) ((void)((file)->f_op = (fops)))

/* Of file->f_flags, as <fcntl.h> says them. */
#ifndef O_ACCMODE
#define O_ACCMODE 0003
#define O_RDONLY 00
#define O_WRONLY 01
#define O_RDWR 02
#endif
#ifndef O_NONBLOCK
#define O_NONBLOCK 04000
#endif
#ifndef O_APPEND
#define O_APPEND 02000
#endif

/* Programs of 32 bits are not there: what they would give is what others do. */
#define compat_ptr_ioctl NULL

/* Nor are pipes, which these would splice with read_iter() and write_iter(). */
#define copy_splice_read NULL
#define iter_file_splice_write NULL

__kmemu_c int fasync_helper(int fd, struct file *file, int on, struct fasync_struct **fapp)
	__kmemu_is(kmemu_fasync_helper);
/* As <fcntl.h> has them. */
#ifndef O_ASYNC
#define O_ASYNC 020000
#endif
#define FASYNC O_ASYNC
__kmemu_c void kill_fasync(struct fasync_struct **fp, int sig, int band)
	__kmemu_is(kmemu_kill_fasync);
__kmemu_c int f_setown(struct file *filp, int who, int force) __kmemu_is(kmemu_setown);
__kmemu_c pid_t f_getown(struct file *filp) __kmemu_is(kmemu_getown);
__kmemu_c int file_f_owner_allocate(struct file *file) __kmemu_is(kmemu_owner_allocate);
__kmemu_c void send_sigio(struct fown_struct *fown, int fd, int band)
	__kmemu_is(kmemu_send_sigio);

static __always_inline void __f_setown(struct file *filp, struct pid *pid, enum pid_type type,
				       int force)
{
	kmemu_set_owner(filp, pid, type, force);
}

static __always_inline void f_delown(struct file *filp)
{
	kmemu_set_owner(filp, NULL, PIDTYPE_TGID, 1);
}

static inline struct fown_struct *file_f_owner(const struct file *file)
{
	return READ_ONCE(file->f_owner);
}

/* --- a read or write by an iterator (<linux/uio.h>) */

/* Of a system that is older. */
#ifndef RWF_NOAPPEND
#define RWF_NOAPPEND KMEMU_RWF_NOAPPEND
#endif
#ifndef RWF_ATOMIC
#define RWF_ATOMIC KMEMU_RWF_ATOMIC
#endif
#undef RWF_SUPPORTED
#define RWF_SUPPORTED KMEMU_RWF_SUPPORTED
typedef int rwf_t;

#define IOCB_HIPRI KMEMU_RWF_HIPRI
#define IOCB_DSYNC KMEMU_RWF_DSYNC
#define IOCB_SYNC KMEMU_RWF_SYNC
#define IOCB_NOWAIT KMEMU_RWF_NOWAIT
#define IOCB_APPEND KMEMU_RWF_APPEND
#define IOCB_ATOMIC KMEMU_RWF_ATOMIC
#define IOCB_EVENTFD (1 << 16)
#define IOCB_DIRECT KMEMU_IOCB_DIRECT
#define IOCB_WRITE (1 << 18)
#define IOCB_WAITQ (1 << 19)
#define IOCB_NOIO (1 << 20)
#define IOCB_ALLOC_CACHE (1 << 21)
#define IOCB_DIO_CALLER_COMP (1 << 22)
#define IOCB_AIO_RW (1 << 23)

#define MAX_RW_COUNT (INT_MAX & PAGE_MASK)

static inline bool is_sync_kiocb(struct kiocb *kiocb)
{
	return !kiocb->ki_complete;
}

static inline void init_sync_kiocb(struct kiocb *kiocb, struct file *filp)
{
	*kiocb = (struct kiocb){ .ki_filp = filp, .ki_flags = filp->f_iocb_flags };
}

static inline void kiocb_clone(struct kiocb *kiocb, struct kiocb *kiocb_src, struct file *filp)
{
	*kiocb = (struct kiocb){ .ki_filp = filp,
				 .ki_pos = kiocb_src->ki_pos,
				 .ki_flags = kiocb_src->ki_flags,
				 .ki_ioprio = kiocb_src->ki_ioprio };
}

static inline bool iocb_is_dsync(const struct kiocb *iocb)
{
	return iocb->ki_flags & IOCB_DSYNC;
}

/* Nothing is written back. */
static inline ssize_t generic_write_sync(struct kiocb *iocb, ssize_t count)
{
	(void)iocb;
	return count;
}

static __always_inline int iocb_flags(struct file *file)
{
	return kmemu_iocb_flags(file);
}

static __always_inline int kiocb_set_rw_flags(struct kiocb *ki, rwf_t flags, int rw_type)
{
	return kmemu_kiocb_set_rw_flags(ki, flags, rw_type);
}

__kmemu_c ssize_t vfs_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
	__kmemu_is(kmemu_vfs_read);
__kmemu_c ssize_t vfs_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
	__kmemu_is(kmemu_vfs_write);
__kmemu_c ssize_t kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
	__kmemu_is(kmemu_kernel_read);
__kmemu_c ssize_t kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)
	__kmemu_is(kmemu_kernel_write);
__kmemu_c ssize_t __kernel_read(struct file *file, void *buf, size_t count, loff_t *pos)
	__kmemu_is(kmemu___kernel_read);
__kmemu_c ssize_t __kernel_write(struct file *file, const void *buf, size_t count, loff_t *pos)
	__kmemu_is(kmemu___kernel_write);
__kmemu_c ssize_t vfs_iter_read(struct file *file, struct iov_iter *iter, loff_t *ppos,
				rwf_t flags) __kmemu_is(kmemu_vfs_iter_read);
__kmemu_c ssize_t vfs_iter_write(struct file *file, struct iov_iter *iter, loff_t *ppos,
				 rwf_t flags) __kmemu_is(kmemu_vfs_iter_write);
__kmemu_c ssize_t vfs_iocb_iter_read(struct file *file, struct kiocb *iocb, struct iov_iter *iter)
	__kmemu_is(kmemu_vfs_iocb_iter_read);
__kmemu_c ssize_t vfs_iocb_iter_write(struct file *file, struct kiocb *iocb, struct iov_iter *iter)
	__kmemu_is(kmemu_vfs_iocb_iter_write);

typedef unsigned int fop_flags_t;
#define FOP_BUFFER_RASYNC (1u << 0)
#define FOP_BUFFER_WASYNC (1u << 1)
#define FOP_MMAP_SYNC (1u << 2)
#define FOP_DIO_PARALLEL_WRITE (1u << 3)
#define FOP_HUGE_PAGES (1u << 4)
#define FOP_UNSIGNED_OFFSET (1u << 5)

/* Files of any size are opened, and nothing is kept back. */
static __maybe_unused int generic_file_open(struct inode *inode, struct file *file)
{
	(void)inode;
	(void)file;
	return 0;
}

static __maybe_unused int noop_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	(void)file;
	(void)start;
	(void)end;
	(void)datasync;
	return 0;
}

static __always_inline __maybe_unused loff_t no_seek_end_llseek(struct file *file, loff_t offset,
								int whence)
{
	return whence == 2 ? -EINVAL : fixed_size_llseek(file, offset, whence, MAX_LFS_FILESIZE);
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/list_lru.h>
#include <linux/uuid.h>
#endif

#endif /* _KMEMU_LINUX_FS_H */
