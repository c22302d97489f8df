/*
 * debugfs.h - what debugfs.c has for debugfs_values.c and proc.c.
 */
#pragma once

#include "include/kmemu/debugfs.h"

/* fops NULL: a directory. caller: of the exported function. */
struct dentry *debugfs_create(const char *name, unsigned short mode, struct dentry *parent,
			      void *data, const struct file_operations *fops, const void *caller);

/* The tree that is /proc. */
extern struct dentry *const proc_root;
/* fsdata is kfreed with it; -EEXIST as an error pointer. */
struct dentry *tree_add(const char *name, unsigned short mode, struct dentry *parent, void *data,
			const struct file_operations *fops, void *fsdata, const void *caller);
struct dentry *tree_dentry_of(const struct inode *inode);
bool tree_is_empty(struct dentry *dentry);
/* top NULL: debugfs. */
int tree_open(struct dentry *top, const char *path, unsigned int flags, struct file *file);
void tree_close(struct file *file);
ssize_t tree_read(struct dentry *top, const char *path, char *buf, size_t size);
ssize_t tree_write(struct dentry *top, const char *path, const char *buf, size_t size);
