/* SPDX-License-Identifier: MIT */
/*
 * dcache.h - as much of a dentry as %pd prints and debugfs needs, for
 * include/linux/dcache.h.
 */
#ifndef KMEMU_DCACHE_H
#define KMEMU_DCACHE_H

struct inode;

struct qstr {
	unsigned int hash, len;
	const unsigned char *name;
};

#define DNAME_INLINE_LEN 40

/* The root is its own parent. */
struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	unsigned char d_iname[DNAME_INLINE_LEN];
	struct inode *d_inode;
	void *d_fsdata;
};

#endif /* KMEMU_DCACHE_H */
