/* SPDX-License-Identifier: MIT */
/* <linux/kobject.h> of Linux 6.12: counted objects. There are no uevents. */
#ifndef _KOBJECT_H_
#define _KOBJECT_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/kobject.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/kobject_ns.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

enum kobject_action {
	KOBJ_ADD,
	KOBJ_REMOVE,
	KOBJ_CHANGE,
	KOBJ_MOVE,
	KOBJ_ONLINE,
	KOBJ_OFFLINE,
	KOBJ_BIND,
	KOBJ_UNBIND,
};

__kmemu_c void kobject_init(struct kobject *kobj, const struct kobj_type *ktype)
	__kmemu_is(kmemu_kobject_init);
__kmemu_c int kobject_set_name(struct kobject *kobj, const char *fmt, ...)
	__kmemu_is(kmemu_kobject_set_name) __printf(2, 3);
__kmemu_c int __must_check kobject_rename(struct kobject *kobj, const char *new_name)
	__kmemu_is(kmemu_kobject_rename);
__kmemu_c int __must_check kobject_add(struct kobject *kobj, struct kobject *parent,
				       const char *fmt, ...)
	__kmemu_is(kmemu_kobject_add) __printf(3, 4);
__kmemu_c int __must_check kobject_init_and_add(struct kobject *kobj,
						const struct kobj_type *ktype,
						struct kobject *parent, const char *fmt, ...)
	__kmemu_is(kmemu_kobject_init_and_add) __printf(4, 5);
__kmemu_c void kobject_del(struct kobject *kobj) __kmemu_is(kmemu_kobject_del);
__kmemu_c struct kobject *kobject_get(struct kobject *kobj) __kmemu_is(kmemu_kobject_get);
__kmemu_c struct kobject *__must_check kobject_get_unless_zero(struct kobject *kobj)
	__kmemu_is(kmemu_kobject_get_unless_zero);
__kmemu_c void kobject_put(struct kobject *kobj) __kmemu_is(kmemu_kobject_put);
__kmemu_c struct kobject *__must_check kobject_create_and_add(const char *name,
							      struct kobject *parent)
	__kmemu_is(kmemu_kobject_create_and_add);
__kmemu_c struct kobject *kset_find_obj(struct kset *kset, const char *name)
	__kmemu_is(kmemu_kset_find_obj);
__kmemu_c const void *kobject_namespace(const struct kobject *kobj)
	__kmemu_is(kmemu_kobject_namespace);
__kmemu_c void kobject_get_ownership(const struct kobject *kobj, kuid_t *uid, kgid_t *gid)
	__kmemu_is(kmemu_kobject_get_ownership);
__kmemu_c void kset_init(struct kset *kset) __kmemu_is(kmemu_kset_init);
__kmemu_c int __must_check kset_register(struct kset *kset) __kmemu_is(kmemu_kset_register);
__kmemu_c const struct sysfs_ops kobj_sysfs_ops __kmemu_is(kmemu_kobj_sysfs_ops);

/* Nobody is told of a uevent, so nobody asks these. */
struct kset_uevent_ops {
	int (*const filter)(const struct kobject *kobj);
	const char *(*const name)(const struct kobject *kobj);
	int (*const uevent)(const struct kobject *kobj, struct kobj_uevent_env *env);
};

static __always_inline struct kset *kset_create_and_add(const char *name,
							const struct kset_uevent_ops *u,
							struct kobject *parent)
{
	(void)u;
	return kmemu_kset_create_and_add(name, parent);
}

static inline const char *kobject_name(const struct kobject *kobj)
{
	return kobj->name;
}

/* "/parent/name", or NULL: no memory. */
static __always_inline char *kobject_get_path(const struct kobject *kobj, gfp_t gfp_mask)
{
	const struct kobject *k;
	size_t len = 1, n;
	char *path;

	for (k = kobj; k; k = k->parent)
		len += strlen(k->name) + 1;
	path = (char *)kmemu_kzalloc(len, gfp_mask);
	for (k = kobj, len--; k && path; k = k->parent) {
		n = strlen(k->name);
		len -= n + 1;
		path[len] = '/';
		__builtin_memcpy(path + len + 1, k->name, n);
	}
	return path;
}

static inline struct kset *to_kset(struct kobject *kobj)
{
	return kobj ? container_of(kobj, struct kset, kobj) : NULL;
}

static inline struct kset *kset_get(struct kset *k)
{
	return k ? to_kset(kobject_get(&k->kobj)) : NULL;
}

static __always_inline void kset_put(struct kset *k)
{
	kobject_put(&k->kobj);
}

static __always_inline void kset_unregister(struct kset *k)
{
	if (!k)
		return;
	kobject_del(&k->kobj);
	kobject_put(&k->kobj);
}

static inline const struct kobj_type *get_ktype(const struct kobject *kobj)
{
	return kobj->ktype;
}

static inline int kobject_uevent(struct kobject *kobj, enum kobject_action action)
{
	(void)kobj;
	(void)action;
	return 0;
}

static inline int kobject_uevent_env(struct kobject *kobj, enum kobject_action action,
				     char *envp[])
{
	(void)envp;
	return kobject_uevent(kobj, action);
}

#define UEVENT_NUM_ENVP 64
#define UEVENT_BUFFER_SIZE 2048

/* What an object's uevent() adds to; nobody is told of it. */
struct kobj_uevent_env {
	char *argv[3];
	char *envp[UEVENT_NUM_ENVP];
	int envp_idx;
	char buf[UEVENT_BUFFER_SIZE];
	int buflen;
};

/* 0, or -ENOMEM: it is full. */
static __printf(2, 3) __maybe_unused inline int add_uevent_var(struct kobj_uevent_env *env,
							       const char *format, ...)
{
	int left = UEVENT_BUFFER_SIZE - env->buflen, len;
	va_list args;

	if (WARN(env->envp_idx >= UEVENT_NUM_ENVP, "add_uevent_var: too many keys\n"))
		return -ENOMEM;
	va_start(args, format);
	len = vsnprintf(&env->buf[env->buflen], (size_t)left, format, args);
	va_end(args);
	if (WARN(len >= left, "add_uevent_var: buffer size too small\n"))
		return -ENOMEM;
	env->envp[env->envp_idx++] = &env->buf[env->buflen];
	env->buflen += len + 1;
	return 0;
}

/* Where the kernel hangs what is of no device. */
#define kernel_kobj kmemu_root_kobj(0)
#define firmware_kobj kmemu_root_kobj(1)
#define fs_kobj kmemu_root_kobj(2)
#define mm_kobj kmemu_root_kobj(3)

#endif /* __cplusplus */

#endif /* _KOBJECT_H_ */
