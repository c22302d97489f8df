/* SPDX-License-Identifier: MIT */
/*
 * <linux/proc_fs.h> of Linux 6.12: a driver's files in /proc, which kmemu_proc_read() of
 * <kmemu/proc_fs.h> reads. No processes, no name spaces of networks.
 */
#ifndef _LINUX_PROC_FS_H
#define _LINUX_PROC_FS_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/proc_fs.h>
#include <linux/compiler.h>
#include <linux/fs.h>
#include <linux/types.h>
#include <linux/uidgid.h>

/* A program is a module: nothing of it is permanent. */
#define PROC_ENTRY_PERMANENT 0u

__kmemu_c struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
						  struct proc_dir_entry *parent,
						  const struct proc_ops *proc_ops, void *data)
	__kmemu_is(kmemu_proc_create);
__kmemu_c struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
							 struct proc_dir_entry *parent,
							 const struct seq_operations *ops,
							 unsigned int state_size, void *data)
	__kmemu_is(kmemu_proc_create_seq);
__kmemu_c struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode,
							 struct proc_dir_entry *parent,
							 int (*show)(struct seq_file *, void *),
							 void *data)
	__kmemu_is(kmemu_proc_create_single);
__kmemu_c struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode,
						 struct proc_dir_entry *parent, void *data)
	__kmemu_is(kmemu_proc_mkdir);
__kmemu_c struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent,
					      const char *dest) __kmemu_is(kmemu_proc_symlink);
__kmemu_c void proc_set_size(struct proc_dir_entry *de, loff_t size)
	__kmemu_is(kmemu_proc_set_size);
__kmemu_c void *proc_get_parent_data(const struct inode *inode)
	__kmemu_is(kmemu_proc_get_parent_data);
__kmemu_c void proc_remove(struct proc_dir_entry *de) __kmemu_is(kmemu_proc_remove);
__kmemu_c void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
	__kmemu_is(kmemu_remove_proc_entry);
__kmemu_c int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
	__kmemu_is(kmemu_remove_proc_subtree);

static __always_inline struct proc_dir_entry *proc_create(const char *name, umode_t mode,
							  struct proc_dir_entry *parent,
							  const struct proc_ops *proc_ops)
{
	return proc_create_data(name, mode, parent, proc_ops, NULL);
}

#define proc_create_seq_data(name, mode, parent, ops, data) \
	proc_create_seq_private(name, mode, parent, ops, 0, data)
#define proc_create_seq(name, mode, parent, ops) \
	proc_create_seq_private(name, mode, parent, ops, 0, NULL)
#define proc_create_single(name, mode, parent, show) \
	proc_create_single_data(name, mode, parent, show, NULL)

static __always_inline struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode,
							      struct proc_dir_entry *parent)
{
	return proc_mkdir_data(name, mode, parent, NULL);
}

static __always_inline struct proc_dir_entry *proc_mkdir(const char *name,
							 struct proc_dir_entry *parent)
{
	return proc_mkdir_data(name, 0, parent, NULL);
}

static inline void *pde_data(const struct inode *inode)
{
	return inode->i_private;
}

/* Owners are not kept: who calls is root. */
static inline void proc_set_user(struct proc_dir_entry *de, kuid_t uid, kgid_t gid)
{
	(void)de;
	(void)uid;
	(void)gid;
}

#endif /* __cplusplus */

#endif /* _LINUX_PROC_FS_H */
