/*
 * debugfs_values.c - files of debugfs that are a number, a block of bytes or a link
 * (kernel: fs/debugfs/file.c).
 *
 * Locks: none of its own; a number is read and written in one go.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/kernel/alloc.h"
#include "core/kernel/debugfs.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/kstrtox.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/rcu.h"

/* --- numbers --------------------------------------------------------------- */

#define NUMBER(name, type)                                                    \
	static int name##_get(void *data, unsigned long long *val)            \
	{                                                                     \
		*val = (unsigned long long)__atomic_load_n((type *)data,      \
							   __ATOMIC_RELAXED); \
		return 0;                                                     \
	}                                                                     \
	static int name##_set(void *data, unsigned long long val)             \
	{                                                                     \
		__atomic_store_n((type *)data, (type)val, __ATOMIC_RELAXED);  \
		return 0;                                                     \
	}
NUMBER(u8, u8)
NUMBER(u16, u16)
NUMBER(u32, u32)
NUMBER(u64, u64)
NUMBER(s32, int)
#undef NUMBER

static const struct number {
	int (*get)(void *data, unsigned long long *val);
	int (*set)(void *data, unsigned long long val);
	const char *fmt;
} numbers[] = {
	[KMEMU_DEBUGFS_U8] = { u8_get, u8_set, "%llu\n" },
	[KMEMU_DEBUGFS_U16] = { u16_get, u16_set, "%llu\n" },
	[KMEMU_DEBUGFS_U32] = { u32_get, u32_set, "%llu\n" },
	[KMEMU_DEBUGFS_U64] = { u64_get, u64_set, "%llu\n" },
	[KMEMU_DEBUGFS_X8] = { u8_get, u8_set, "0x%02llx\n" },
	[KMEMU_DEBUGFS_X16] = { u16_get, u16_set, "0x%04llx\n" },
	[KMEMU_DEBUGFS_X32] = { u32_get, u32_set, "0x%08llx\n" },
	[KMEMU_DEBUGFS_X64] = { u64_get, u64_set, "0x%016llx\n" },
	[KMEMU_DEBUGFS_S32] = { s32_get, s32_set, "%lld\n" },
};

static int number_open(struct inode *inode, struct file *file);

#define NUMBER_FOPS(write_)                                                \
	{                                                                  \
		.open = number_open, .release = kmemu_simple_attr_release, \
		.read = kmemu_simple_attr_read, .write = write_            \
	}
/* Which number it is, is where its functions are. */
static const struct file_operations number_fops[] = {
	[KMEMU_DEBUGFS_U8... KMEMU_DEBUGFS_X64] = NUMBER_FOPS(kmemu_simple_attr_write),
	[KMEMU_DEBUGFS_S32] = NUMBER_FOPS(kmemu_simple_attr_write_signed),
	[KMEMU_DEBUGFS_BOOL] = { .open = kmemu_simple_open,
				 .read = kmemu_debugfs_read_bool,
				 .write = kmemu_debugfs_write_bool },
};

static int number_open(struct inode *inode, struct file *file)
{
	const struct number *n = &numbers[file->f_op - number_fops];

	return kmemu_simple_attr_open(inode, file, n->get, n->set, n->fmt);
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_create_number(const char *name, unsigned short mode,
							struct dentry *parent, void *value,
							enum kmemu_debugfs_number type)
{
	return debugfs_create(name, mode | S_IFREG, parent, value, &number_fops[type], CALLER);
}

KMEMU_EXPORT ssize_t kmemu_debugfs_read_bool(struct file *file, char *buf, size_t count,
					     long long *pos)
{
	const bool *value = file->f_inode->i_private;

	return kmemu_simple_read_from_buffer(buf, count, pos, *value ? "Y\n" : "N\n", 2);
}

KMEMU_EXPORT ssize_t kmemu_debugfs_write_bool(struct file *file, const char *buf, size_t count,
					      long long *pos)
{
	char text[4] = "";
	bool *value = file->f_inode->i_private;

	(void)pos;
	/* What is no bool, or cannot be read, changes nothing, and that is no error. */
	if (!kmemu_copy_user(text, buf, min(count, sizeof(text) - 1)))
		kmemu_kstrtobool(text, value);
	return (ssize_t)count;
}

/* --- bytes ----------------------------------------------------------------- */

static ssize_t blob_read(struct file *file, char *buf, size_t count, long long *pos)
{
	struct debugfs_blob_wrapper *blob = file->private_data;

	return kmemu_simple_read_from_buffer(buf, count, pos, blob->data, blob->size);
}

static ssize_t blob_write(struct file *file, const char *buf, size_t count, long long *pos)
{
	struct debugfs_blob_wrapper *blob = file->private_data;

	return kmemu_simple_write_to_buffer(blob->data, blob->size, pos, buf, count);
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_create_blob(const char *name, unsigned short mode,
						      struct dentry *parent,
						      struct debugfs_blob_wrapper *blob)
{
	static const struct file_operations fops = {
		.open = kmemu_simple_open, .read = blob_read, .write = blob_write
	};

	return debugfs_create(name, (mode & 0644) | S_IFREG, parent, blob, &fops, CALLER);
}

/* --- a text that is replaced ---------------------------------------------------- */

/* Kernel: debugfs_read_file_str(). A copy, since who writes frees the old one. */
KMEMU_EXPORT ssize_t kmemu_debugfs_read_str(struct file *file, char *buf, size_t count,
					   long long *pos)
{
	const char *s;
	char *copy = NULL;
	size_t len = 0;
	ssize_t n;

	kmemu_rcu_read_lock();
	s = __atomic_load_n((char **)file->private_data, __ATOMIC_ACQUIRE);
	if (s) {
		len = strlen(s);
		copy = kmalloc_for(len + 1, GFP_ATOMIC, "debugfs_read_file_str", CALLER);
		if (copy)
			memcpy(copy, s, len);
	}
	kmemu_rcu_read_unlock();
	if (s && !copy)
		return -ENOMEM;
	if (!s)
		return kmemu_simple_read_from_buffer(buf, count, pos, "\n", 1);
	copy[len] = '\n';
	n = kmemu_simple_read_from_buffer(buf, count, pos, copy, len + 1);
	kfree_for(copy, CALLER);
	return n;
}

/* Kernel: debugfs_write_file_str(): from the beginning, or behind what is there. */
static ssize_t str_write(struct file *file, const char *buf, size_t count, long long *pos)
{
	char **at = file->private_data, *old = *at, *now;
	size_t from = (size_t)*pos;

	if (from && from != (old ? strlen(old) : 0))
		return -EINVAL;
	if (from + count + 1 > PAGE_SIZE)
		return -E2BIG;
	now = kmalloc_for(from + count + 1, GFP_KERNEL, "debugfs_write_file_str", CALLER);
	if (!now)
		return -ENOMEM;
	if (from)
		memcpy(now, old, from);
	if (kmemu_copy_user(now + from, buf, count)) {
		kfree_for(now, CALLER);
		return -EFAULT;
	}
	now[from + count] = '\0';
	kmemu_strim(now);
	__atomic_store_n(at, now, __ATOMIC_RELEASE);
	kmemu_synchronize_rcu();
	kfree_for(old, CALLER);
	return (ssize_t)count;
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_create_str(const char *name, unsigned short mode,
						     struct dentry *parent, char **value)
{
	static const struct file_operations fops = {
		.open = kmemu_simple_open, .read = kmemu_debugfs_read_str, .write = str_write
	};

	return debugfs_create(name, (unsigned short)((mode & 0666) | S_IFREG), parent, value,
			      &fops, CALLER);
}

/* The text is made when the file is opened: 10 digits and a space each. */
static int array_open(struct inode *inode, struct file *file)
{
	struct debugfs_u32_array *data = inode->i_private;
	size_t size = (size_t)data->n_elements * 11;
	char *text = kmalloc_for(size + 1, GFP_KERNEL, "debugfs_u32_array", CALLER);
	int len = 0;

	file->private_data = NULL;
	if (!text)
		return -ENOMEM;
	for (unsigned int i = 0; i < data->n_elements; i++)
		len += kmemu_scnprintf_k(text + len, size + 1 - (size_t)len, "%u%c",
					 data->array[i], i + 1 < data->n_elements ? ' ' : '\n');
	text[len] = '\0';
	file->private_data = text;
	return 0;
}

static ssize_t array_read(struct file *file, char *buf, size_t count, long long *pos)
{
	return kmemu_simple_read_from_buffer(buf, count, pos, file->private_data,
					     strlen(file->private_data));
}

static int array_release(struct inode *inode, struct file *file)
{
	(void)inode;
	kfree_for(file->private_data, CALLER);
	return 0;
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_create_u32_array(const char *name, unsigned short mode,
							   struct dentry *parent,
							   struct debugfs_u32_array *array)
{
	static const struct file_operations fops = {
		.open = array_open, .read = array_read, .release = array_release
	};

	return debugfs_create(name, mode | S_IFREG, parent, array, &fops, CALLER);
}

KMEMU_EXPORT struct dentry *kmemu_debugfs_create_symlink(const char *name, struct dentry *parent,
							 const char *target)
{
	static const struct file_operations fops = { .open = kmemu_simple_open,
						     .read = array_read };
	size_t size = strlen(target) + 1;
	char *copy = kmalloc_for(size, GFP_KERNEL, "debugfs_create_symlink", CALLER);
	struct dentry *dentry;

	if (!copy)
		return (void *)-ENOMEM;
	memcpy(copy, target, size);
	dentry = debugfs_create(name, S_IFLNK | 0777, parent, copy, &fops, CALLER);
	if (is_err(dentry))
		kfree_for(copy, CALLER);
	else
		dentry->d_fsdata = copy; /* freed with it */
	return dentry;
}
