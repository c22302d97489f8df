/* SPDX-License-Identifier: MIT */
/*
 * <linux/sysfs.h> of Linux 6.12: attributes of objects. Nothing is mounted; who wants an
 * attribute's text calls kmemu_sysfs_read().
 */
#ifndef _SYSFS_H_
#define _SYSFS_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/kobject.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/stat.h>
#include <linux/stringify.h>
#include <linux/types.h>

struct kernfs_node;

/* The key of the file's lock class, which a static attribute has by itself. */
#define sysfs_attr_init(attr) kmemu_sysfs_attr_init(attr)
#define sysfs_bin_attr_init(bin_attr) sysfs_attr_init(&(bin_attr)->attr)

#define __ATTR(_name, _mode, _show, _store)                                     \
	{                                                                       \
		.attr = { .name = __stringify(_name), .mode = (_mode) },        \
		.show = _show, .store = _store,                                 \
	}
#define __ATTR_PREALLOC(_name, _mode, _show, _store) __ATTR(_name, _mode, _show, _store)
#define __ATTR_RO(_name) __ATTR(_name, 0444, _name##_show, NULL)
#define __ATTR_RO_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, NULL)
#define __ATTR_RW_MODE(_name, _mode) __ATTR(_name, _mode, _name##_show, _name##_store)
#define __ATTR_WO(_name) __ATTR(_name, 0200, NULL, _name##_store)
#define __ATTR_RW(_name) __ATTR(_name, 0644, _name##_show, _name##_store)
#define __ATTR_NULL { .attr = { .name = NULL } }
#define __ATTR_IGNORE_LOCKDEP(_name, _mode, _show, _store) __ATTR(_name, _mode, _show, _store)

#define __ATTRIBUTE_GROUPS(_name)                                               \
	static const struct attribute_group *_name##_groups[] = {               \
		&_name##_group,                                                 \
		NULL,                                                           \
	}
#define ATTRIBUTE_GROUPS(_name)                                                 \
	static const struct attribute_group _name##_group = {                   \
		.attrs = _name##_attrs,                                         \
	};                                                                      \
	__ATTRIBUTE_GROUPS(_name)
#define BIN_ATTRIBUTE_GROUPS(_name)                                             \
	static const struct attribute_group _name##_group = {                   \
		.bin_attrs = _name##_attrs,                                     \
	};                                                                      \
	__ATTRIBUTE_GROUPS(_name)

#define __BIN_ATTR(_name, _mode, _read, _write, _size)                          \
	{                                                                       \
		.attr = { .name = __stringify(_name), .mode = (_mode) },        \
		.size = _size, .read = _read, .write = _write,                  \
	}
#define __BIN_ATTR_RO(_name, _size) __BIN_ATTR(_name, 0444, _name##_read, NULL, _size)
#define __BIN_ATTR_RW(_name, _size) __BIN_ATTR(_name, 0644, _name##_read, _name##_write, _size)
#define __BIN_ATTR_WO(_name, _size) __BIN_ATTR(_name, 0200, NULL, _name##_write, _size)
#define BIN_ATTR(_name, _mode, _read, _write, _size) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR(_name, _mode, _read, _write, _size)
#define __BIN_ATTR_ADMIN_RO(_name, _size) __BIN_ATTR(_name, 0400, _name##_read, NULL, _size)
#define __BIN_ATTR_ADMIN_RW(_name, _size) \
	__BIN_ATTR(_name, 0600, _name##_read, _name##_write, _size)
#define BIN_ATTR_ADMIN_RO(_name, _size) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR_ADMIN_RO(_name, _size)
#define BIN_ATTR_ADMIN_RW(_name, _size) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR_ADMIN_RW(_name, _size)
/* private and size are the memory that is read. */
#define __BIN_ATTR_SIMPLE_RO(_name, _mode)                                     \
	{ .attr = { .name = __stringify(_name), .mode = (_mode) },             \
	  .read = sysfs_bin_attr_simple_read }
#define BIN_ATTR_SIMPLE_RO(_name) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR_SIMPLE_RO(_name, 0444)
#define BIN_ATTR_SIMPLE_ADMIN_RO(_name) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR_SIMPLE_RO(_name, 0400)
#define BIN_ATTR_RO(_name, _size) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR_RO(_name, _size)
#define BIN_ATTR_RW(_name, _size) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR_RW(_name, _size)
#define BIN_ATTR_WO(_name, _size) \
	struct bin_attribute bin_attr_##_name = __BIN_ATTR_WO(_name, _size)

static __always_inline int __must_check sysfs_create_file(struct kobject *kobj,
							  const struct attribute *attr)
{
	return kmemu_sysfs_create(kobj, attr, NULL, false);
}

static __always_inline void sysfs_remove_file(struct kobject *kobj, const struct attribute *attr)
{
	kmemu_sysfs_remove(kobj, attr, NULL);
}

static inline void sysfs_remove_files(struct kobject *kobj, const struct attribute *const *attr)
{
	while (*attr)
		sysfs_remove_file(kobj, *attr++);
}

static inline int __must_check sysfs_create_files(struct kobject *kobj,
						  const struct attribute *const *attr)
{
	int i, err;

	for (i = 0; attr[i]; i++) {
		err = sysfs_create_file(kobj, attr[i]);

		if (err) {
			while (i--)
				sysfs_remove_file(kobj, attr[i]);
			return err;
		}
	}
	return 0;
}

static __always_inline int __must_check sysfs_create_bin_file(struct kobject *kobj,
							      const struct bin_attribute *attr)
{
	return kmemu_sysfs_create(kobj, &attr->attr, NULL, true);
}

static __always_inline void sysfs_remove_bin_file(struct kobject *kobj,
						  const struct bin_attribute *attr)
{
	kmemu_sysfs_remove(kobj, &attr->attr, NULL);
}

static __always_inline int __must_check sysfs_create_group(struct kobject *kobj,
							   const struct attribute_group *grp)
{
	return kmemu_sysfs_create(kobj, NULL, grp, false);
}

static __always_inline void sysfs_remove_group(struct kobject *kobj,
					       const struct attribute_group *grp)
{
	kmemu_sysfs_remove(kobj, NULL, grp);
}

static inline void sysfs_remove_groups(struct kobject *kobj, const struct attribute_group **groups)
{
	for (; groups && *groups; groups++)
		sysfs_remove_group(kobj, *groups);
}

static inline int __must_check sysfs_create_groups(struct kobject *kobj,
						   const struct attribute_group **groups)
{
	int i, err;

	for (i = 0; groups && groups[i]; i++) {
		err = sysfs_create_group(kobj, groups[i]);

		if (err) {
			while (i--)
				sysfs_remove_group(kobj, groups[i]);
			return err;
		}
	}
	return 0;
}

static __always_inline int sysfs_add_file_to_group(struct kobject *kobj,
						   const struct attribute *attr, const char *group)
{
	return group ? kmemu_sysfs_add_file_to_group(kobj, attr, group) :
		       kmemu_sysfs_create(kobj, attr, NULL, false);
}

static __always_inline void sysfs_remove_file_from_group(struct kobject *kobj,
							 const struct attribute *attr,
							 const char *group)
{
	(void)group;
	kmemu_sysfs_remove(kobj, attr, NULL);
}

static __always_inline int sysfs_merge_group(struct kobject *kobj,
					     const struct attribute_group *grp)
{
	return kmemu_sysfs_merge_group(kobj, grp);
}

static __always_inline void sysfs_unmerge_group(struct kobject *kobj,
						const struct attribute_group *grp)
{
	kmemu_sysfs_remove(kobj, NULL, grp);
}

/* The target's attributes by another name: kmemu_sysfs_read(kobj, "name/attribute", ...). */
static __always_inline int __must_check sysfs_create_link(struct kobject *kobj,
							  struct kobject *target, const char *name)
{
	return kmemu_sysfs_create_link(kobj, target, name, true);
}

static __always_inline int __must_check sysfs_create_link_nowarn(struct kobject *kobj,
								 struct kobject *target,
								 const char *name)
{
	return kmemu_sysfs_create_link(kobj, target, name, false);
}

static __always_inline void sysfs_remove_link(struct kobject *kobj, const char *name)
{
	kmemu_sysfs_remove_link(kobj, name);
}

static __always_inline void sysfs_delete_link(struct kobject *kobj, struct kobject *target,
					      const char *name)
{
	(void)target;
	kmemu_sysfs_remove_link(kobj, name);
}

static __always_inline int sysfs_rename_link(struct kobject *kobj, struct kobject *target,
					     const char *old_name, const char *new_name)
{
	int err;

	if (kmemu_sysfs_link_target(kobj, old_name) != target)
		return -ENOENT;
	err = kmemu_sysfs_create_link(kobj, target, new_name, true);
	if (!err)
		kmemu_sysfs_remove_link(kobj, old_name);
	return err;
}

static __always_inline int sysfs_update_group(struct kobject *kobj,
					      const struct attribute_group *grp)
{
	kmemu_sysfs_remove(kobj, NULL, grp);
	return kmemu_sysfs_create(kobj, NULL, grp, false);
}

static inline ssize_t sysfs_bin_attr_simple_read(struct file *file, struct kobject *kobj,
						 struct bin_attribute *attr, char *buf, loff_t pos,
						 size_t count)
{
	(void)file;
	(void)kobj;
	__builtin_memcpy(buf, (const char *)attr->private + pos, count);
	return (ssize_t)count;
}

/* Nobody polls. */
static inline void sysfs_notify(struct kobject *kobj, const char *dir, const char *attr)
{
	(void)kobj;
	(void)dir;
	(void)attr;
}

/* Into show()'s page, behind `at` bytes. */
__kmemu_c int sysfs_emit(char *buf, const char *fmt, ...)
	__kmemu_is(kmemu_sysfs_emit) __printf(2, 3);
__kmemu_c int sysfs_emit_at(char *buf, int at, const char *fmt, ...)
	__kmemu_is(kmemu_sysfs_emit_at) __printf(3, 4);

/* From its own store(): nothing waits for that here. True: this caller took it off. */
static __always_inline bool sysfs_remove_file_self(struct kobject *kobj,
						   const struct attribute *attr)
{
	kmemu_sysfs_remove(kobj, attr, NULL);
	return true;
}

/* With a reference, so that what follows may remove it. */
static __always_inline struct kernfs_node *
sysfs_break_active_protection(struct kobject *kobj, const struct attribute *attr)
{
	(void)attr;
	return (struct kernfs_node *)kmemu_kobject_get(kobj);
}

static __always_inline void sysfs_unbreak_active_protection(struct kernfs_node *kn)
{
	kmemu_kobject_put((struct kobject *)kn);
}

/* A group with a name that is there or not as a whole: X_group_visible() says so. */
#define SYSFS_GROUP_INVISIBLE KMEMU_SYSFS_GROUP_INVISIBLE
#define SYSFS_GROUP_VISIBLE(fn) sysfs_group_visible_##fn
#define __kmemu_group_visible(name, type, mode_there)                                     \
	static inline umode_t sysfs_group_visible_##name(struct kobject *kobj, struct type *attr, \
							 int n)                           \
	{                                                                                 \
		return n == 0 && !name##_group_visible(kobj) ? SYSFS_GROUP_INVISIBLE :    \
							       (mode_there);              \
	}
#define DEFINE_SYSFS_GROUP_VISIBLE(name) \
	__kmemu_group_visible(name, attribute, name##_attr_visible(kobj, attr, n))
#define DEFINE_SIMPLE_SYSFS_GROUP_VISIBLE(name) __kmemu_group_visible(name, attribute, attr->mode)
#define DEFINE_SYSFS_BIN_GROUP_VISIBLE(name) \
	__kmemu_group_visible(name, bin_attribute, name##_attr_visible(kobj, attr, n))
#define DEFINE_SIMPLE_SYSFS_BIN_GROUP_VISIBLE(name) \
	__kmemu_group_visible(name, bin_attribute, attr->attr.mode)

#endif /* __cplusplus */

#endif /* _SYSFS_H_ */
