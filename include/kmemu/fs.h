/* SPDX-License-Identifier: MIT */
/*
 * fs.h - what a driver's file functions get (kernel: include/linux/fs.h), and files
 * that are one value or a buffer (fs/libfs.c). There is no file system: a test, or
 * kmemu_debugfs_read() of <kmemu/debugfs.h>, opens files and calls the functions.
 */
#ifndef KMEMU_FS_H
#define KMEMU_FS_H

#include "sigset.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "dcache.h"
#include "locks.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct address_space_operations;
struct module;
struct vm_area_struct;
struct cdev;
struct poll_table_struct;

/* What of a file is in memory: nothing, as no file here has pages of its own. */
struct address_space {
	struct inode *host;
	unsigned long nrpages; /* 0 */
	unsigned long flags;
	const struct address_space_operations *a_ops;
	void *i_private_data;
};

struct inode {
	unsigned short i_mode;
	unsigned int i_rdev;
	unsigned long i_ino;
	long long i_size;
	void *i_private;
	struct cdev *i_cdev; /* of a character device that is one */
	struct address_space *i_mapping, i_data;
	struct dentry kmemu_dentry; /* of a device's that a test opened */
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct spinlock f_lock; /* over f_flags */
	struct path f_path;
	struct inode *f_inode;
	const struct file_operations *f_op;
	void *private_data;
	unsigned int f_flags;
	unsigned int f_mode; /* FMODE_* */
	int f_iocb_flags; /* IOCB_* that f_flags are */
	long long f_pos;
	struct address_space *f_mapping;
	const struct cred *f_cred; /* of who opened it */
	struct fown_struct *f_owner; /* NULL: it has none */
};

/* Who is sent a signal for a file (fs/fcntl.c). */
struct fown_struct {
	struct file *file;
	struct kmemu_spinlock lock;
	struct pid *pid; /* NULL: nobody */
	unsigned int pid_type; /* PIDTYPE_* */
	kuid_t uid, euid; /* of who set it */
	int signum; /* of F_SETSIG, 0: SIGIO */
};

struct iov_iter;
struct iovec;
struct wait_page_queue;
struct io_comp_batch;
struct io_uring_cmd;
struct dir_context;
struct file_lock;
struct file_lease;
struct pipe_inode_info;
struct seq_file;

/* One read or write of a file by an iterator. */
struct kiocb {
	struct file *ki_filp;
	long long ki_pos;
	void (*ki_complete)(struct kiocb *iocb, long ret); /* NULL: who calls waits */
#ifdef __cplusplus
	void *private_; /* a word that C++ keeps for itself */
#else
	void *private;
#endif
	int ki_flags; /* IOCB_* */
	unsigned short ki_ioprio;
	union {
		struct wait_page_queue *ki_waitq;
		ssize_t (*dio_complete)(void *data);
	};
};

/* Of preadv2(2) and of ki_flags. */
#define KMEMU_RWF_HIPRI 0x1
#define KMEMU_RWF_DSYNC 0x2
#define KMEMU_RWF_SYNC 0x4
#define KMEMU_RWF_NOWAIT 0x8
#define KMEMU_RWF_APPEND 0x10
#define KMEMU_RWF_NOAPPEND 0x20
#define KMEMU_RWF_ATOMIC 0x40
#define KMEMU_RWF_SUPPORTED 0x7f
#define KMEMU_IOCB_DIRECT (1 << 17)

/* In the kernel's order. What has pipes or locks is not called here, nor iopoll. */
struct file_operations {
	struct module *owner;
	unsigned int fop_flags; /* FOP_* */
	long long (*llseek)(struct file *file, long long offset, int whence);
	ssize_t (*read)(struct file *file, char *buf, size_t count, long long *pos);
	ssize_t (*write)(struct file *file, const char *buf, size_t count, long long *pos);
	ssize_t (*read_iter)(struct kiocb *iocb, struct iov_iter *to);
	ssize_t (*write_iter)(struct kiocb *iocb, struct iov_iter *from);
	int (*iopoll)(struct kiocb *iocb, struct io_comp_batch *batch, unsigned int flags);
	int (*iterate_shared)(struct file *file, struct dir_context *ctx);
	unsigned int (*poll)(struct file *file, struct poll_table_struct *table);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	long (*compat_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, void *id);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, long long start, long long end, int datasync);
	int (*fasync)(int fd, struct file *file, int on);
	int (*lock)(struct file *file, int cmd, struct file_lock *lock);
	unsigned long (*get_unmapped_area)(struct file *file, unsigned long addr,
					   unsigned long len, unsigned long pgoff,
					   unsigned long flags);
	int (*check_flags)(int flags);
	int (*flock)(struct file *file, int cmd, struct file_lock *lock);
	ssize_t (*splice_write)(struct pipe_inode_info *pipe, struct file *out, long long *pos,
				size_t len, unsigned int flags);
	ssize_t (*splice_read)(struct file *in, long long *pos, struct pipe_inode_info *pipe,
			       size_t len, unsigned int flags);
	void (*splice_eof)(struct file *file);
	int (*setlease)(struct file *file, int arg, struct file_lease **lease, void **priv);
	long (*fallocate)(struct file *file, int mode, long long offset, long long len);
	void (*show_fdinfo)(struct seq_file *m, struct file *file);
	ssize_t (*copy_file_range)(struct file *in, long long pos_in, struct file *out,
				   long long pos_out, size_t len, unsigned int flags);
	long long (*remap_file_range)(struct file *in, long long pos_in, struct file *out,
				      long long pos_out, long long len, unsigned int flags);
	int (*fadvise)(struct file *file, long long offset, long long len, int advice);
	int (*uring_cmd)(struct io_uring_cmd *cmd, unsigned int issue_flags);
	int (*uring_cmd_iopoll)(struct io_uring_cmd *cmd, struct io_comp_batch *batch,
				unsigned int poll_flags);
};

#define KMEMU_FASYNC 020000u /* of f_flags: it is in a list of fasync_helper() */

#define KMEMU_FMODE_READ 0x1u
#define KMEMU_FMODE_WRITE 0x2u
#define KMEMU_FMODE_LSEEK 0x4u
#define KMEMU_FMODE_PREAD 0x8u
#define KMEMU_FMODE_PWRITE 0x10u
#define KMEMU_FMODE_CAN_ATOMIC_WRITE 0x80u
#define KMEMU_FMODE_NOWAIT 0x8000000u
#define KMEMU_FOP_UNSIGNED_OFFSET 0x20u /* of fop_flags */

/*
 * What read(2), write(2), preadv2(2) and pwritev2(2) do with an open file (fs/read_write.c), for
 * a test: its read(), or read_iter(). flags: RWF_*. Bytes, or -EBADF, -EINVAL, -EFAULT and what
 * the function says. pos NULL: the file has none.
 */
ssize_t kmemu_vfs_read(struct file *file, char *buf, size_t count, long long *pos);
ssize_t kmemu_vfs_write(struct file *file, const char *buf, size_t count, long long *pos);
ssize_t kmemu_vfs_readv(struct file *file, const struct iovec *vec, unsigned long nr,
			long long *pos, int flags);
ssize_t kmemu_vfs_writev(struct file *file, const struct iovec *vec, unsigned long nr,
			 long long *pos, int flags);
/* The kernel's own, to its memory; -EINVAL: the file has not read_iter() alone. */
ssize_t kmemu_kernel_read(struct file *file, void *buf, size_t count, long long *pos);
ssize_t kmemu_kernel_write(struct file *file, const void *buf, size_t count, long long *pos);
ssize_t kmemu___kernel_read(struct file *file, void *buf, size_t count, long long *pos);
ssize_t kmemu___kernel_write(struct file *file, const void *buf, size_t count, long long *pos);
/* By an iterator; iocb is the caller's and may complete later (-EIOCBQUEUED). */
ssize_t kmemu_vfs_iter_read(struct file *file, struct iov_iter *i, long long *pos, int flags);
ssize_t kmemu_vfs_iter_write(struct file *file, struct iov_iter *i, long long *pos, int flags);
ssize_t kmemu_vfs_iocb_iter_read(struct file *file, struct kiocb *iocb, struct iov_iter *i);
ssize_t kmemu_vfs_iocb_iter_write(struct file *file, struct kiocb *iocb, struct iov_iter *i);
/* /dev/random's and /dev/urandom's (drivers/char/random.c); copies may sleep. */
extern const struct file_operations kmemu_random_fops;
/* IOCB_* of the file's f_flags, and those of RWF_* into ki_flags; direction: READ or WRITE. */
int kmemu_iocb_flags(const struct file *file);
int kmemu_kiocb_set_rw_flags(struct kiocb *iocb, int flags, int direction);

/*
 * fs/libfs.c, fs/read_write.c. read_from_buffer: of `available` bytes at `from`, to
 * user memory. write_to_buffer: the other way. llseek: up to `size` bytes.
 */
int kmemu_simple_open(struct inode *inode, struct file *file);
ssize_t kmemu_simple_read_from_buffer(void *to, size_t count, long long *pos, const void *from,
				      size_t available);
ssize_t kmemu_simple_write_to_buffer(void *to, size_t available, long long *pos, const void *from,
				     size_t count);
long long kmemu_fixed_size_llseek(struct file *file, long long offset, int whence, long long size);

/*
 * Who wants a signal (fs/fcntl.c). helper, on: 1, 0 (the file was there) or -ENOMEM; may
 * sleep; else 1, or 0 (it was not). kmemu_chrdev_close() calls fasync() of a
 * file that is in a list, with on 0. kill: each file's owner is sent the signal, any context;
 * band: POLL_IN and so on. setown: as fcntl(F_SETOWN), a process, a group if negative, 0:
 * nobody; force 0: not if it has one. 0, -ESRCH, -ENOMEM; may sleep. getown: 0: none.
 */
struct fasync_struct {
	struct kmemu_spinlock fa_lock;
	int magic, fa_fd;
	struct fasync_struct *fa_next;
	struct file *fa_file;
	struct callback_head fa_rcu;
};

int kmemu_fasync_helper(int fd, struct file *file, int on, struct fasync_struct **fapp);
void kmemu_kill_fasync(struct fasync_struct **fapp, int sig, int band);
int kmemu_owner_allocate(struct file *file);
void kmemu_set_owner(struct file *file, struct pid *pid, unsigned int type, int force);
int kmemu_setown(struct file *file, int who, int force);
int kmemu_getown(struct file *file);
void kmemu_send_sigio(struct fown_struct *owner, int fd, int band);

/* A file that is one number, by its functions; either may be NULL. */
int kmemu_simple_attr_open(struct inode *inode, struct file *file,
			   int (*get)(void *data, unsigned long long *val),
			   int (*set)(void *data, unsigned long long val), const char *fmt);
int kmemu_simple_attr_release(struct inode *inode, struct file *file);
ssize_t kmemu_simple_attr_read(struct file *file, char *buf, size_t len, long long *pos);
ssize_t kmemu_simple_attr_write(struct file *file, const char *buf, size_t len, long long *pos);
ssize_t kmemu_simple_attr_write_signed(struct file *file, const char *buf, size_t len,
				       long long *pos);

/*
 * Numbers of character devices (fs/char_dev.c). register: n numbers from major and minor
 * on; major 0: one that is free. The major, -EBUSY (somebody has one of them), -EINVAL or
 * -ENOMEM; fops NULL: only the numbers. unregister: as it was registered; else nothing.
 * fops is for a test, which calls what a number has, also by cdev_add() and
 * misc_register(); NULL: nothing. <kmemu/chrdev.h> opens it. May sleep.
 */
int kmemu_register_chrdev(unsigned int major, unsigned int minor, unsigned long long n,
			  const char *name, const struct file_operations *fops);
void kmemu_unregister_chrdev(unsigned int major, unsigned int minor, unsigned long long n);
const struct file_operations *kmemu_chrdev_fops(unsigned int dev);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_FS_H */
