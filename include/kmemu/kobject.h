/* SPDX-License-Identifier: MIT */
/*
 * kobject.h - counted objects with attributes (kernel: include/linux/kobject.h,
 * sysfs.h; lib/kobject.c, fs/sysfs). Nothing is mounted: who wants an attribute's text
 * calls kmemu_sysfs_read(), which gives show() a page, as sysfs does.
 */
#ifndef KMEMU_KOBJECT_H
#define KMEMU_KOBJECT_H

#include "sigset.h"
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "atomic_types.h"
#include "locks.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A word that C++ keeps for itself. */
#ifdef __cplusplus
#define KMEMU_NAMESPACE namespace_
#else
#define KMEMU_NAMESPACE namespace
#endif

struct kobject;
struct sock;
struct file;
struct address_space;
struct vm_area_struct;
struct kset_uevent_ops;

struct attribute {
	const char *name;
	unsigned short mode;
};

struct bin_attribute {
	struct attribute attr;
	size_t size;
#ifndef __cplusplus
	void *private;
#else
	void *private_;
#endif
	ssize_t (*read)(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			char *buf, long long pos, size_t count);
	ssize_t (*write)(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			 char *buf, long long pos, size_t count);
	/* nobody here maps or seeks in such a file: a test calls them */
	struct address_space *(*f_mapping)(void);
	long long (*llseek)(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
			    long long offset, int whence);
	int (*mmap)(struct file *file, struct kobject *kobj, struct bin_attribute *attr,
		    struct vm_area_struct *vma);
};

/*
 * name NULL: the attributes lie beside the others. A directory's first attribute is
 * asked about twice, first whether the directory is there at all.
 */
#define KMEMU_SYSFS_GROUP_INVISIBLE 020000
#define KMEMU_SYSFS_PREALLOC 010000
struct attribute_group {
	const char *name;
	unsigned short (*is_visible)(struct kobject *kobj, struct attribute *attr, int n);
	unsigned short (*is_bin_visible)(struct kobject *kobj, struct bin_attribute *attr, int n);
	struct attribute **attrs;
	struct bin_attribute **bin_attrs;
};

struct sysfs_ops {
	ssize_t (*show)(struct kobject *kobj, struct attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct attribute *attr, const char *buf,
			 size_t count);
};

enum kobj_ns_type { KOBJ_NS_TYPE_NONE = 0, KOBJ_NS_TYPE_NET, KOBJ_NS_TYPES };

/* Of these the type alone is looked at: nothing is mounted for anybody. */
struct kobj_ns_type_operations {
	enum kobj_ns_type type;
	bool (*current_may_mount)(void);
	void *(*grab_current_ns)(void);
	const void *(*netlink_ns)(struct sock *sk);
	const void *(*initial_ns)(void);
	void (*drop_ns)(void *ns);
};

/*
 * child_ns_type, of a parent: its children may have one name in several name spaces,
 * which are what namespace says of them. get_ownership: asked for the directory and each
 * of its files and groups when these are made; without it they are root's.
 */
struct kobj_type {
	void (*release)(struct kobject *kobj);
	const struct sysfs_ops *sysfs_ops;
	const struct attribute_group **default_groups;
	const struct kobj_ns_type_operations *(*child_ns_type)(const struct kobject *kobj);
	const void *(*KMEMU_NAMESPACE)(const struct kobject *kobj);
	void (*get_ownership)(const struct kobject *kobj, kuid_t *uid, kgid_t *gid);
};

struct kobject {
	const char *name; /* kmalloc memory */
	struct list_head entry; /* of kset */
	struct kobject *parent; /* a reference, while it is added */
	struct kset *kset;
	const struct kobj_type *ktype;
	union {
		unsigned int refs;
		struct kref kref;
	};
	unsigned int state_initialized : 1;
	unsigned int state_in_sysfs : 1; /* it is added */
	unsigned int uevent_suppress : 1;
	void *attrs; /* what was created, newest first */
	/* of its directory, as it was added */
	const void *kmemu_ns;
	kuid_t kmemu_uid;
	kgid_t kmemu_gid;
};

struct kobj_attribute {
	struct attribute attr;
	ssize_t (*show)(struct kobject *kobj, struct kobj_attribute *attr, char *buf);
	ssize_t (*store)(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			 size_t count);
};

struct kset {
	struct list_head list;
	struct spinlock list_lock; /* held where the list is looked at and changed */
	struct kobject kobj;
	const struct kset_uevent_ops *uevent_ops; /* nobody is told of a uevent */
};

extern const struct sysfs_ops kmemu_kobj_sysfs_ops; /* for kobj_attribute */

/*
 * init: one reference. add: 0, -EINVAL (no name), -EEXIST (the kset has the name),
 * -ENOMEM; takes a reference of the parent. put: the last one takes it away from its
 * kset, calls ktype's release and frees the name. May sleep, but get.
 */
void kmemu_kobject_init(struct kobject *kobj, const struct kobj_type *ktype);
int kmemu_kobject_set_name(struct kobject *kobj, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
/* Of one that was added to a parent; -EINVAL, -EEXIST, -ENOMEM. */
int kmemu_kobject_rename(struct kobject *kobj, const char *name);
int kmemu_kobject_add(struct kobject *kobj, struct kobject *parent, const char *fmt, ...)
	__attribute__((__format__(__printf__, 3, 4)));
int kmemu_kobject_init_and_add(struct kobject *kobj, const struct kobj_type *ktype,
			       struct kobject *parent, const char *fmt, ...)
	__attribute__((__format__(__printf__, 4, 5)));
void kmemu_kobject_del(struct kobject *kobj);
struct kobject *kmemu_kobject_get(struct kobject *kobj);
/* NULL: its last reference is gone already. */
struct kobject *kmemu_kobject_get_unless_zero(struct kobject *kobj);
void kmemu_kobject_put(struct kobject *kobj);
/* Its tag where names are of several name spaces; NULL: where they are not. */
const void *kmemu_kobject_namespace(const struct kobject *kobj);
void kmemu_kobject_get_ownership(const struct kobject *kobj, kuid_t *uid, kgid_t *gid);
/* NULL: no memory. Freed at the last put. */
struct kobject *kmemu_kobject_create_and_add(const char *name, struct kobject *parent);
/* kernel_kobj, firmware_kobj, fs_kobj, mm_kobj; n: 0 to 3. */
struct kobject *kmemu_root_kobj(int n);
struct kset *kmemu_kset_create_and_add(const char *name, struct kobject *parent);
void kmemu_kset_init(struct kset *kset);
int kmemu_kset_register(struct kset *kset);
struct kobject *kmemu_kset_find_obj(struct kset *kset, const char *name);

/*
 * Of an attribute that is not static, before a file is made of it: with context.lockorder= the
 * file is told of else ("BUG: key ... has not been registered!"). Any context.
 */
void kmemu_sysfs_attr_init(const struct attribute *attr);

/*
 * 0, -EEXIST with the kernel's warning, -ENOMEM; group NULL: all (attr must be NULL).
 * remove: what is not there is nothing.
 */
int kmemu_sysfs_create(struct kobject *kobj, const struct attribute *attr,
		       const struct attribute_group *group, bool bin);
void kmemu_sysfs_remove(struct kobject *kobj, const struct attribute *attr,
			const struct attribute_group *group);
/* To a group that is there: 0, -ENOENT (it is not), -EEXIST, -ENOMEM. */
int kmemu_sysfs_add_file_to_group(struct kobject *kobj, const struct attribute *attr,
				  const char *group);
int kmemu_sysfs_merge_group(struct kobject *kobj, const struct attribute_group *group);

/*
 * A link of an object's (NULL: of none) to another one's attributes: 0, -EEXIST, which
 * warn tells of, -ENOENT (no target), -ENOMEM. It leads nowhere once the target is gone.
 * link_target: whose it is; NULL: no link, or nowhere (kernel: fs/sysfs/symlink.c).
 */
int kmemu_sysfs_create_link(struct kobject *kobj, struct kobject *target, const char *name,
			    bool warn);
void kmemu_sysfs_remove_link(struct kobject *kobj, const char *name);
struct kobject *kmemu_sysfs_link_target(struct kobject *kobj, const char *name);

/*
 * Read and write an attribute, "name", "group/name", or either behind links: "link/name".
 * The bytes, or -ENOENT, -EACCES (mode), -EIO (no function), and what the function says.
 */
ssize_t kmemu_sysfs_read(struct kobject *kobj, const char *name, char *buf, size_t size);
ssize_t kmemu_sysfs_write(struct kobject *kobj, const char *name, const char *buf, size_t size);
/* Whose an attribute is, or with "" the directory. 0 or -ENOENT. */
int kmemu_sysfs_owner(struct kobject *kobj, const char *name, kuid_t *uid, kgid_t *gid);

/* Text into show()'s page, at its beginning or behind `at` bytes; the bytes, without the 0. */
int kmemu_sysfs_emit(char *buf, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
int kmemu_sysfs_emit_at(char *buf, int at, const char *fmt, ...)
	__attribute__((__format__(__printf__, 3, 4)));

/*
 * /sys/module. lookup: the one of that name, made if there is none, with a reference; NULL:
 * no memory. May sleep.
 */
struct module_kobject {
	struct kobject kobj;
	struct module *mod;
	struct kobject *drivers_dir;
	struct module_param_attrs *mp;
	struct completion *kobj_completion;
};
struct module_attribute {
	struct attribute attr;
	ssize_t (*show)(struct module_attribute *attr, struct module_kobject *mk, char *buf);
	ssize_t (*store)(struct module_attribute *attr, struct module_kobject *mk, const char *buf,
			 size_t count);
	void (*setup)(struct module *mod, const char *s);
	int (*test)(struct module *mod);
	void (*free)(struct module *mod);
};
struct kset *kmemu_module_kset(void);
struct module_kobject *kmemu_lookup_or_create_module_kobject(const char *name);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_KOBJECT_H */
