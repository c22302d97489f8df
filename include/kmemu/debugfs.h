/* SPDX-License-Identifier: MIT */
/*
 * debugfs.h - a tree of files that are functions (kernel: include/linux/debugfs.h,
 * fs/debugfs). <linux/debugfs.h> is thin names over these. It is in memory alone:
 *
 *	ssize_t n = kmemu_debugfs_read("mydev/state", buf, sizeof(buf));
 *
 * is open(2), read(2) to the end, close(2) on such a file; write is one write(2).
 * Both answer the bytes, or a negative errno: -ENOENT, -EACCES by its mode, and what
 * the file's functions say.
 */
#ifndef KMEMU_DEBUGFS_H
#define KMEMU_DEBUGFS_H

#include "fs.h"

#ifdef __cplusplus
extern "C" {
#endif

ssize_t kmemu_debugfs_read(const char *path, char *buf, size_t size);
ssize_t kmemu_debugfs_write(const char *path, const char *buf, size_t size);

/*
 * parent NULL: the root; an error pointer comes back as it is. -EEXIST: the name is
 * there. All may sleep, and allocate with GFP_KERNEL. remove takes what is below as
 * well, waits for who reads or writes it; NULL and error pointers are nothing.
 */
struct dentry *kmemu_debugfs_create_file(const char *name, unsigned short mode,
					 struct dentry *parent, void *data,
					 const struct file_operations *fops);
struct dentry *kmemu_debugfs_create_dir(const char *name, struct dentry *parent);
/* Its text is where it points to. */
struct dentry *kmemu_debugfs_create_symlink(const char *name, struct dentry *parent,
					    const char *target);
/* Moves it; the dentry, or -EINVAL as an error pointer: the name is there, or below itself. */
struct dentry *kmemu_debugfs_rename(struct dentry *old_dir, struct dentry *dentry,
				    struct dentry *dir, const char *name);
void kmemu_debugfs_remove(struct dentry *dentry);
/*
 * Between enter and leave, in a function of the file, cancel is called once when the file
 * is removed meanwhile: the function is to come to its end. leave waits until it is done.
 */
struct debugfs_cancellation {
	struct list_head list;
	void (*cancel)(struct dentry *dentry, void *data);
	void *cancel_data;
};
void kmemu_debugfs_enter_cancellation(struct file *file, struct debugfs_cancellation *c);
void kmemu_debugfs_leave_cancellation(struct file *file, struct debugfs_cancellation *c);
/* With a reference of the caller's, which is put by kmemu_dput(); NULL: not there. */
struct dentry *kmemu_debugfs_lookup(const char *name, struct dentry *parent);
void kmemu_dput(struct dentry *dentry);

/* A file that is a number of `size` bytes, read as fmt, set unless fmt is unwritable. */
enum kmemu_debugfs_number {
	KMEMU_DEBUGFS_U8,
	KMEMU_DEBUGFS_U16,
	KMEMU_DEBUGFS_U32,
	KMEMU_DEBUGFS_U64,
	KMEMU_DEBUGFS_X8,
	KMEMU_DEBUGFS_X16,
	KMEMU_DEBUGFS_X32,
	KMEMU_DEBUGFS_X64,
	KMEMU_DEBUGFS_S32, /* atomic_t */
	KMEMU_DEBUGFS_BOOL, /* Y, N */
};
struct dentry *kmemu_debugfs_create_number(const char *name, unsigned short mode,
					   struct dentry *parent, void *value,
					   enum kmemu_debugfs_number type);
/* fops of a bool, as programs use them alone. */
ssize_t kmemu_debugfs_read_bool(struct file *file, char *buf, size_t count, long long *pos);
ssize_t kmemu_debugfs_write_bool(struct file *file, const char *buf, size_t count, long long *pos);

struct debugfs_blob_wrapper {
	void *data;
	unsigned long size;
};
struct dentry *kmemu_debugfs_create_blob(const char *name, unsigned short mode,
					 struct dentry *parent, struct debugfs_blob_wrapper *blob);

/* A kmalloc()ed text; what is written, without white space at its ends, takes its place. */
ssize_t kmemu_debugfs_read_str(struct file *file, char *buf, size_t count, long long *pos);
struct dentry *kmemu_debugfs_create_str(const char *name, unsigned short mode,
					struct dentry *parent, char **value);

struct debugfs_u32_array {
	unsigned int *array;
	unsigned int n_elements;
};
struct dentry *kmemu_debugfs_create_u32_array(const char *name, unsigned short mode,
					      struct dentry *parent,
					      struct debugfs_u32_array *array);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_DEBUGFS_H */
