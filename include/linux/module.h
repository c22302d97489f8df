/* SPDX-License-Identifier: MIT */
/*
 * <linux/module.h> of Linux 6.12. A module is a program: main() of libkmemu.a
 * runs its init function and then its exit function.
 */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/kmod.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/moduleparam.h>
#include <linux/kobject.h>
#include <linux/notifier.h>
#include <linux/random.h>
#include <linux/stringify.h>
#include <linux/types.h>
#include <linux/uuid.h>

struct module;
struct notifier_block;

#define module_init(fn) __define_initcall(fn, 6)
#define module_exit(fn) __exitcall(fn)
#define module_driver(__driver, __register, __unregister, ...)       \
	static int __driver##_init(void)                             \
	{                                                            \
		return __register(&(__driver), ##__VA_ARGS__);       \
	}                                                            \
	module_init(__driver##_init);                                \
	static void __driver##_exit(void)                            \
	{                                                            \
		__unregister(&(__driver), ##__VA_ARGS__);            \
	}                                                            \
	module_exit(__driver##_exit)

#define builtin_driver(__driver, __register, ...)                    \
	static int __driver##_init(void)                             \
	{                                                            \
		return __register(&(__driver), ##__VA_ARGS__);       \
	}                                                            \
	device_initcall(__driver##_init)

#define MODULE_INFO(tag, info) __kmemu_file_scope
#define MODULE_ALIAS(alias) __kmemu_file_scope
#define MODULE_SOFTDEP(dep) __kmemu_file_scope
#define MODULE_LICENSE(license) __kmemu_file_scope
#define MODULE_AUTHOR(author) __kmemu_file_scope
#define MODULE_DESCRIPTION(description) __kmemu_file_scope
#define MODULE_VERSION(version) __kmemu_file_scope
#define MODULE_FIRMWARE(firmware) __kmemu_file_scope
#define MODULE_IMPORT_NS(ns) __kmemu_file_scope
#define MODULE_DEVICE_TABLE(type, name) __kmemu_file_scope

#ifndef __cplusplus

/* Each file has a module of its own: what counts it is what has the file's THIS_MODULE. */
static inline bool try_module_get(struct module *module)
{
	if (!module)
		return true;
	if (READ_ONCE(module->state) == MODULE_STATE_GOING)
		return false;
	__atomic_add_fetch(&module->refcnt, 1, __ATOMIC_RELAXED);
	return true;
}

static inline void __module_get(struct module *module)
{
	if (module)
		__atomic_add_fetch(&module->refcnt, 1, __ATOMIC_RELAXED);
}

static __always_inline void module_put(struct module *module)
{
	if (module)
		WARN_ON(__atomic_sub_fetch(&module->refcnt, 1, __ATOMIC_RELEASE) < 0);
}

static inline int module_refcount(struct module *mod)
{
	return READ_ONCE(mod->refcnt);
}

static inline bool module_is_live(struct module *mod)
{
	return mod->state != MODULE_STATE_GOING;
}

/* Of a module that has neither module_init() nor module_exit(): main() calls them. */
extern int init_module(void) __kmemu_is(kmemu_init_module);
extern void cleanup_module(void) __kmemu_is(kmemu_cleanup_module);

#else

static __always_inline bool try_module_get(struct module *)
{
	return true;
}

static __always_inline void __module_get(struct module *)
{
}

static __always_inline void module_put(struct module *)
{
}

#endif

static __always_inline const char *module_name(struct module *module)
{
#ifndef __cplusplus
	if (module)
		return module->name;
#else
	(void)module;
#endif
	return "kernel";
}

/* A module is what it was linked into: the program, or a library. */
extern const char __ehdr_start[] __attribute__((__visibility__("hidden")));
extern const char _end[] __attribute__((__visibility__("hidden")));

static __always_inline bool is_module_address(unsigned long addr)
{
	return addr >= (unsigned long)__ehdr_start && addr < (unsigned long)_end;
}

static __always_inline bool within_module(unsigned long addr, const struct module *mod)
{
	return mod && is_module_address(addr);
}

/* Nothing is loaded or removed while a program runs. */
static __always_inline int register_module_notifier(struct notifier_block *nb)
{
	(void)nb;
	return 0;
}

static __always_inline int unregister_module_notifier(struct notifier_block *nb)
{
	(void)nb;
	return 0;
}

#define symbol_get(x) (&(x))
#define symbol_put(x) do { } while (0)

#ifndef __cplusplus

#define MODULE_NAME_LEN (64 - sizeof(unsigned long))
#define __init_or_module
#define __initdata_or_module
#define module_put_and_kthread_exit(code) kthread_exit(code)

#define symbol_request(x) (&(x))

static __always_inline void symbol_put_addr(void *addr)
{
	(void)addr;
}

/* Nothing is signed, and nobody asks for it. */

static __always_inline bool is_module_sig_enforced(void)
{
	return false;
}

static inline void set_module_sig_enforced(void)
{
}

static __always_inline bool module_sig_ok(struct module *module)
{
	(void)module;
	return true;
}

static __always_inline bool module_requested_async_probing(struct module *module)
{
	(void)module;
	return false;
}

/* Its init function's memory stays. */

static __always_inline bool within_module_init(unsigned long addr, const struct module *mod)
{
	(void)addr;
	(void)mod;
	return false;
}

/* As without CONFIG_KALLSYMS, and without CONFIG_GENERIC_BUG. */
static inline unsigned long find_kallsyms_symbol_value(struct module *mod, const char *name)
{
	(void)mod;
	(void)name;
	return 0;
}

static inline void module_bug_cleanup(struct module *mod)
{
	(void)mod;
}

#define module_kset kmemu_module_kset()
#define to_module_kobject(n) container_of(n, struct module_kobject, kobj)
__kmemu_c struct module_kobject *lookup_or_create_module_kobject(const char *name)
	__kmemu_is(kmemu_lookup_or_create_module_kobject);

#endif /* __cplusplus */

#endif /* _LINUX_MODULE_H */
