/* SPDX-License-Identifier: MIT */
/*
 * <linux/debugfs.h> of Linux 6.12: a tree of files that are functions, in memory; a
 * test reads and writes them by kmemu_debugfs_read() and kmemu_debugfs_write().
 */
#ifndef _DEBUGFS_H_
#define _DEBUGFS_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/debugfs.h>
#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/seq_file.h>
#include <linux/types.h>

__kmemu_c struct dentry *debugfs_create_file(const char *name, umode_t mode,
					     struct dentry *parent, void *data,
					     const struct file_operations *fops)
	__kmemu_is(kmemu_debugfs_create_file);
__kmemu_c struct dentry *debugfs_create_file_unsafe(const char *name, umode_t mode,
						    struct dentry *parent, void *data,
						    const struct file_operations *fops)
	__kmemu_is(kmemu_debugfs_create_file);
__kmemu_c struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
	__kmemu_is(kmemu_debugfs_create_dir);
__kmemu_c struct dentry *debugfs_create_symlink(const char *name, struct dentry *parent,
						const char *dest)
	__kmemu_is(kmemu_debugfs_create_symlink);
__kmemu_c void debugfs_remove(struct dentry *dentry) __kmemu_is(kmemu_debugfs_remove);
#define debugfs_remove_recursive debugfs_remove
__kmemu_c struct dentry *debugfs_rename(struct dentry *old_dir, struct dentry *old_dentry,
					struct dentry *new_dir, const char *new_name)
	__kmemu_is(kmemu_debugfs_rename);
__kmemu_c struct dentry *debugfs_lookup(const char *name, struct dentry *parent)
	__kmemu_is(kmemu_debugfs_lookup);

__kmemu_c void debugfs_enter_cancellation(struct file *file,
					  struct debugfs_cancellation *cancellation)
	__kmemu_is(kmemu_debugfs_enter_cancellation);
__kmemu_c void debugfs_leave_cancellation(struct file *file,
					  struct debugfs_cancellation *cancellation)
	__kmemu_is(kmemu_debugfs_leave_cancellation);

struct vfsmount;
typedef struct vfsmount *(*debugfs_automount_t)(struct dentry *, void *);

/* Nothing can be mounted here: -ENODEV, as without CONFIG_DEBUG_FS. */
static inline struct dentry *debugfs_create_automount(const char *name, struct dentry *parent,
						      debugfs_automount_t f, void *data)
{
	(void)name;
	(void)parent;
	(void)f;
	(void)data;
	return (struct dentry *)ERR_PTR(-ENODEV);
}

static inline void debugfs_lookup_and_remove(const char *name, struct dentry *parent)
{
	struct dentry *dentry = debugfs_lookup(name, parent);

	debugfs_remove(dentry);
	dput(dentry);
}

static inline void debugfs_create_file_size(const char *name, umode_t mode,
					    struct dentry *parent, void *data,
					    const struct file_operations *fops, loff_t size)
{
	struct dentry *dentry = debugfs_create_file(name, mode, parent, data, fops);

	if (!IS_ERR(dentry))
		i_size_write(dentry->d_inode, size);
}

static inline bool debugfs_initialized(void)
{
	return true;
}

/* A file's functions are called while it cannot be removed. */
static inline int debugfs_file_get(struct dentry *dentry)
{
	(void)dentry;
	return 0;
}

static inline void debugfs_file_put(struct dentry *dentry)
{
	(void)dentry;
}

#define __debugfs_number(name, type, is)                                                \
	static __always_inline void debugfs_create_##name(const char *file, umode_t mode,       \
							  struct dentry *parent, type *value)   \
	{                                                                               \
		kmemu_debugfs_create_number(file, mode, parent, value, KMEMU_DEBUGFS_##is); \
	}
__debugfs_number(u8, u8, U8)
__debugfs_number(u16, u16, U16)
__debugfs_number(u32, u32, U32)
__debugfs_number(u64, u64, U64)
__debugfs_number(ulong, unsigned long, U64)
__debugfs_number(x8, u8, X8)
__debugfs_number(x16, u16, X16)
__debugfs_number(x32, u32, X32)
__debugfs_number(x64, u64, X64)
__debugfs_number(size_t, size_t, U64)
__debugfs_number(atomic_t, atomic_t, S32)
__debugfs_number(bool, bool, BOOL)
#undef __debugfs_number

__kmemu_c ssize_t debugfs_read_file_bool(struct file *file, char __user *buf, size_t count,
					 loff_t *ppos) __kmemu_is(kmemu_debugfs_read_bool);
__kmemu_c ssize_t debugfs_write_file_bool(struct file *file, const char __user *buf,
					  size_t count, loff_t *ppos)
	__kmemu_is(kmemu_debugfs_write_bool);
__kmemu_c struct dentry *debugfs_create_blob(const char *name, umode_t mode,
					     struct dentry *parent,
					     struct debugfs_blob_wrapper *blob)
	__kmemu_is(kmemu_debugfs_create_blob);

static __always_inline void debugfs_create_str(const char *name, umode_t mode,
					       struct dentry *parent, char **value)
{
	kmemu_debugfs_create_str(name, mode, parent, value);
}

/* In hexadecimal. */
static __always_inline void debugfs_create_xul(const char *name, umode_t mode,
					       struct dentry *parent, unsigned long *value)
{
	kmemu_debugfs_create_number(name, mode, parent, value, KMEMU_DEBUGFS_X64);
}

static __always_inline void debugfs_create_u32_array(const char *name, umode_t mode,
						     struct dentry *parent,
						     struct debugfs_u32_array *array)
{
	kmemu_debugfs_create_u32_array(name, mode, parent, array);
}

#define DEFINE_DEBUGFS_ATTRIBUTE(fops, get, set, fmt) \
	DEFINE_SIMPLE_ATTRIBUTE(fops, get, set, fmt)
#define DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(fops, get, set, fmt) \
	DEFINE_SIMPLE_ATTRIBUTE_SIGNED(fops, get, set, fmt)
#define debugfs_attr_read simple_attr_read
#define debugfs_attr_write simple_attr_write
#define debugfs_attr_write_signed simple_attr_write_signed
/* A file's functions are the caller's own, and not wrapped. */

static __always_inline const struct file_operations *debugfs_real_fops(const struct file *file)
{
	return file->f_op;
}

__kmemu_c ssize_t debugfs_read_file_str(struct file *file, char __user *user_buf, size_t count,
					loff_t *ppos) __kmemu_is(kmemu_debugfs_read_str);

/* --- registers of a device: "name = 0x%08x" a line */

struct debugfs_reg32 {
	char *name;
	unsigned long offset;
};

struct debugfs_regset32 {
	const struct debugfs_reg32 *regs;
	int nregs;
	void __iomem *base;
	struct device *dev;
};

static inline void debugfs_print_regs32(struct seq_file *s, const struct debugfs_reg32 *regs,
					int nregs, void __iomem *base, char *prefix)
{
	for (; nregs > 0 && !seq_has_overflowed(s); nregs--, regs++)
		seq_printf(s, "%s%s = 0x%08x\n", prefix ? prefix : "", regs->name,
			   READ_ONCE(*(u32 *)((char *)base + regs->offset)));
}

static int __maybe_unused debugfs_regset32_show(struct seq_file *s, void *data)
{
	struct debugfs_regset32 *regset = s->private;

	(void)data;
	debugfs_print_regs32(s, regset->regs, regset->nregs, regset->base, "");
	return 0;
}

static int __maybe_unused debugfs_regset32_open(struct inode *inode, struct file *file)
{
	return single_open(file, debugfs_regset32_show, inode->i_private);
}

static inline void debugfs_create_regset32(const char *name, umode_t mode,
					   struct dentry *parent, struct debugfs_regset32 *regset)
{
	static const struct file_operations fops = {
		.open = debugfs_regset32_open,
		.read = seq_read,
		.llseek = seq_lseek,
		.release = single_release,
	};

	debugfs_create_file(name, mode, parent, regset, &fops);
}

/* --- what a function shows of a device, as long as that is bound */

struct debugfs_devm_entry {
	int (*read)(struct seq_file *seq, void *data);
	struct device *dev;
};

static __maybe_unused int debugfs_devm_entry_open(struct inode *inode, struct file *file)
{
	struct debugfs_devm_entry *entry = (struct debugfs_devm_entry *)inode->i_private;

	return single_open(file, entry->read, entry->dev);
}

/* read_fn gets the device as seq->private. The caller removes the file, or its directory. */
static __always_inline void debugfs_create_devm_seqfile(struct device *dev, const char *name,
							struct dentry *parent,
							int (*read_fn)(struct seq_file *s,
							void *data))
{
	static const struct file_operations fops = {
		.open = debugfs_devm_entry_open,
		.read = seq_read,
		.llseek = seq_lseek,
		.release = single_release,
	};
	struct debugfs_devm_entry *entry;

	if (IS_ERR(parent))
		return;
	entry = (struct debugfs_devm_entry *)devm_kzalloc(dev, sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return;
	entry->read = read_fn;
	entry->dev = dev;
	debugfs_create_file(name, S_IRUGO, parent, entry, &fops);
}

#endif /* __cplusplus */

#endif /* _DEBUGFS_H_ */
