/*
 * debugfs.h - what debugfs.c has for debugfs_values.c.
 */
#pragma once

#include "include/kmemu/debugfs.h"

/* fops NULL: a directory. caller: of the exported function. */
struct dentry *debugfs_create(const char *name, unsigned short mode, struct dentry *parent,
			      void *data, const struct file_operations *fops, const void *caller);
