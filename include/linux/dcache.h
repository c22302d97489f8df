/* SPDX-License-Identifier: MIT */
/* <linux/dcache.h> of Linux 6.12, as far as %pd needs it: there is no file system. */
#ifndef __LINUX_DCACHE_H
#define __LINUX_DCACHE_H

#include <kmemu/dcache.h>
#include <linux/rculist.h>
#include <linux/stringhash.h>
#include <linux/types.h>
#include <linux/wait.h>

/* Of debugfs_lookup(). */
__kmemu_c void dput(struct dentry *dentry) __kmemu_is(kmemu_dput);

static __always_inline struct inode *d_inode(const struct dentry *dentry)
{
	return dentry->d_inode;
}

/* vm.vfs_cache_pressure is 100. */
static inline unsigned long vfs_pressure_ratio(unsigned long val)
{
	return val;
}

#define QSTR_INIT(n, l) { .len = l, .name = n }

#endif /* __LINUX_DCACHE_H */
