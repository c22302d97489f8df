/* SPDX-License-Identifier: MIT */
/*
 * <linux/fs.h> of Linux 6.12, as far as a character driver's functions need it: there
 * are no files, tests call them. libc may read the system's through this one.
 */
#ifndef _KMEMU_LINUX_FS_H
#define _KMEMU_LINUX_FS_H

#include_next <linux/fs.h>

#include <linux/compiler.h>
#include <linux/dcache.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/shrinker.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/xarray.h>
#include <sys/types.h>

struct module;

struct inode {
	void *i_private;
	unsigned long i_ino;
};

struct file {
	struct inode *f_inode;
	void *private_data;
	unsigned int f_flags;
	loff_t f_pos;
};

struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *buf, size_t count, loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *buf, size_t count, loff_t *pos);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
};

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

#endif /* _KMEMU_LINUX_FS_H */
