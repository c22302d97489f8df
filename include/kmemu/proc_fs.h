/* SPDX-License-Identifier: MIT */
/*
 * proc_fs.h - a tree of files that are functions, as a driver has it in /proc (kernel:
 * include/linux/proc_fs.h, fs/proc/generic.c, inode.c), for include/linux/proc_fs.h.
 * Nothing is mounted: these read and write by a path ("driver/state"; no leading /proc).
 */
#ifndef KMEMU_PROC_FS_H
#define KMEMU_PROC_FS_H

#include "fs.h"
#include "seq_file.h"

#ifdef __cplusplus
extern "C" {
#endif

struct proc_dir_entry;

struct proc_ops {
	unsigned int proc_flags;
	int (*proc_open)(struct inode *inode, struct file *file);
	ssize_t (*proc_read)(struct file *file, char *buf, size_t count, long long *pos);
	ssize_t (*proc_read_iter)(struct kiocb *iocb, struct iov_iter *to); /* goes before read */
	ssize_t (*proc_write)(struct file *file, const char *buf, size_t count, long long *pos);
	long long (*proc_lseek)(struct file *file, long long offset, int whence);
	int (*proc_release)(struct inode *inode, struct file *file);
	unsigned int (*proc_poll)(struct file *file, struct poll_table_struct *table);
	long (*proc_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	long (*proc_compat_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*proc_mmap)(struct file *file, struct vm_area_struct *vma);
	unsigned long (*proc_get_unmapped_area)(struct file *file, unsigned long addr,
						unsigned long len, unsigned long pgoff,
						unsigned long flags);
};

/*
 * read: open, read to the end, close; write: one write. Bytes, or -ENOENT, -EISDIR and
 * what the functions say. open and close: file is the caller's, whose f_op it calls;
 * flags: O_RDWR and so on. Modes are not looked at: who calls is root.
 */
ssize_t kmemu_proc_read(const char *path, char *buf, size_t size);
ssize_t kmemu_proc_write(const char *path, const char *buf, size_t size);
int kmemu_proc_open(const char *path, unsigned int flags, struct file *file);
void kmemu_proc_close(struct file *file);

/*
 * parent NULL: /proc. name may have directories before it, which are there. mode 0: 0444,
 * of a directory 0555. NULL: no memory, or the name is there, or no directory is (a WARN).
 * remove takes what is below as well and waits for who has it open. All may sleep.
 */
struct proc_dir_entry *kmemu_proc_create(const char *name, unsigned short mode,
					 struct proc_dir_entry *parent, const struct proc_ops *ops,
					 void *data);
struct proc_dir_entry *kmemu_proc_create_seq(const char *name, unsigned short mode,
					     struct proc_dir_entry *parent,
					     const struct seq_operations *ops,
					     unsigned int state_size, void *data);
struct proc_dir_entry *kmemu_proc_create_single(const char *name, unsigned short mode,
						struct proc_dir_entry *parent,
						int (*show)(struct seq_file *m, void *v),
						void *data);
struct proc_dir_entry *kmemu_proc_mkdir(const char *name, unsigned short mode,
					struct proc_dir_entry *parent, void *data);
struct proc_dir_entry *kmemu_proc_symlink(const char *name, struct proc_dir_entry *parent,
					  const char *dest);
void kmemu_proc_set_size(struct proc_dir_entry *entry, long long size);
void *kmemu_proc_get_parent_data(const struct inode *inode);
void kmemu_proc_remove(struct proc_dir_entry *entry);
void kmemu_remove_proc_entry(const char *name, struct proc_dir_entry *parent);
int kmemu_remove_proc_subtree(const char *name, struct proc_dir_entry *parent);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_PROC_FS_H */
