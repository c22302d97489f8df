/* SPDX-License-Identifier: MIT */
/*
 * <linux/moduleparam.h> of Linux 6.12. A parameter is a word name=value of the
 * program's command line; there is no sysfs, so permissions mean nothing.
 */
#ifndef _LINUX_MODULE_PARAMS_H
#define _LINUX_MODULE_PARAMS_H

#include <asm/div64.h>
#include <kmemu/module.h>
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/stringify.h>

#define __MODULE_STRING(x) __stringify(x)
#define MODULE_PARAM_PREFIX KBUILD_MODNAME "."
#define MODULE_PARM_DESC(name, description) __kmemu_file_scope

enum { KERNEL_PARAM_OPS_FL_NOARG = 1 };
enum { KERNEL_PARAM_FL_UNSAFE = 1, KERNEL_PARAM_FL_HWPARAM = 2 };

#define __module_param_call(of_module, name, param_ops, perm_, level_, flags_, ...)        \
	static const struct kernel_param __param_##name __used __section("kmemu_params")    \
		__aligned(sizeof(void *)) = { #name, THIS_MODULE, param_ops, perm_, level_, \
					      flags_, of_module, { __VA_ARGS__ } }

#define module_param_cb(name, param_ops, arg_, perm_) \
	__module_param_call(KBUILD_MODNAME, name, param_ops, perm_, -1, 0, arg_)
#define module_param_cb_unsafe(name, param_ops, arg_, perm_) \
	module_param_cb(name, param_ops, arg_, perm_)
#define core_param_cb(name, param_ops, arg_, perm_) \
	__module_param_call(KBUILD_MODNAME, name, param_ops, perm_, 1, 0, arg_)
#define module_param_call(name, set_, get_, arg_, perm_)                                   \
	static const struct kernel_param_ops __param_ops_##name = { 0, set_, get_, 0 };    \
	module_param_cb(name, &__param_ops_##name, arg_, perm_)

#define module_param(name, type, perm) module_param_named(name, name, type, perm)
#define module_param_unsafe(name, type, perm) module_param_named(name, name, type, perm)
#define module_param_named(name, value, type, perm)                 \
	param_check_##type(name, &(value));                         \
	module_param_cb(name, &param_ops_##type, &(value), perm)
#define module_param_named_unsafe(name, value, type, perm) \
	module_param_named(name, value, type, perm)
#define module_param_hw_named(name, value, type, hwtype, perm) \
	module_param_named(name, value, type, perm)
#define module_param_hw(name, type, hwtype, perm) module_param_named(name, name, type, perm)
#define core_param(name, var, type, perm)                           \
	param_check_##type(name, &(var));                           \
	__module_param_call("", name, &param_ops_##type, perm, -1, 0, &(var))

#define module_param_string(name, string, len, perm)                                     \
	static const struct kparam_string __param_string_##name = { len, string };       \
	__module_param_call(KBUILD_MODNAME, name, &param_ops_string, perm, -1, 0,        \
			    .str = &__param_string_##name)
#define module_param_array(name, type, nump, perm) \
	module_param_array_named(name, name, type, nump, perm)
#define module_param_array_named(name, array, type, nump, perm)                          \
	param_check_##type(name, &(array)[0]);                                           \
	static const struct kparam_array __param_arr_##name = {                          \
		ARRAY_SIZE(array), sizeof((array)[0]), (unsigned int *)(nump),           \
		&param_ops_##type, array };                                              \
	__module_param_call(KBUILD_MODNAME, name, &param_array_ops, perm, -1, 0,         \
			    .arr = &__param_arr_##name)
#define module_param_hw_array(name, type, hwtype, nump, perm) \
	module_param_array_named(name, name, type, nump, perm)

/* The variable must be of the type that is named. */
#define __param_check(name, p, type)                                            \
	static __inline type __always_unused *__check_##name(void) { return p; } \
	__kmemu_file_scope

#define param_check_byte(name, p) __param_check(name, p, unsigned char)
#define param_check_short(name, p) __param_check(name, p, short)
#define param_check_ushort(name, p) __param_check(name, p, unsigned short)
#define param_check_int(name, p) __param_check(name, p, int)
#define param_check_uint(name, p) __param_check(name, p, unsigned int)
#define param_check_long(name, p) __param_check(name, p, long)
#define param_check_ulong(name, p) __param_check(name, p, unsigned long)
#define param_check_ullong(name, p) __param_check(name, p, unsigned long long)
#define param_check_hexint(name, p) param_check_uint(name, p)
#define param_check_charp(name, p) __param_check(name, p, char *)
#define param_check_bool(name, p) __param_check(name, p, bool)
#define param_check_bool_enable_only(name, p) param_check_bool(name, p)
#define param_check_invbool(name, p) __param_check(name, p, bool)
#define param_check_bint(name, p) param_check_int(name, p)

/* <stdbool.h> makes bool a macro, which is expanded on its way through these. */
#define param_check__Bool(name, p) param_check_bool(name, p)
#define param_ops__Bool param_ops_bool

#define KMEMU_PARAM_NAMES(type)                                                             \
	__kmemu_c const struct kernel_param_ops param_ops_##type                            \
		__kmemu_is(kmemu_param_ops_##type);                                         \
	__kmemu_c int param_set_##type(const char *val, const struct kernel_param *kp)      \
		__kmemu_is(kmemu_param_set_##type);                                         \
	__kmemu_c int param_get_##type(char *buffer, const struct kernel_param *kp)         \
		__kmemu_is(kmemu_param_get_##type);
KMEMU_PARAM_TYPES(KMEMU_PARAM_NAMES)
#undef KMEMU_PARAM_NAMES
__kmemu_c const struct kernel_param_ops param_array_ops __kmemu_is(kmemu_param_ops_array);
__kmemu_c int param_set_copystring(const char *val, const struct kernel_param *kp)
	__kmemu_is(kmemu_param_set_string);
__kmemu_c int param_set_uint_minmax(const char *val, const struct kernel_param *kp,
				    unsigned int min, unsigned int max)
	__kmemu_is(kmemu_param_set_uint_minmax);

typedef int (*parse_unknown_fn)(char *param, char *val, const char *doing, void *arg);
__kmemu_c char *parse_args(const char *name, char *args, const struct kernel_param *params,
			   unsigned int num, s16 level_min, s16 level_max, void *arg,
			   parse_unknown_fn unknown) __kmemu_is(kmemu_parse_args);

static __always_inline void kernel_param_lock(struct module *mod)
{
	(void)mod;
}

static __always_inline void kernel_param_unlock(struct module *mod)
{
	(void)mod;
}

#ifndef __cplusplus

#define __MODULE_PARM_TYPE(name, _type) __kmemu_file_scope
enum hwparam_type {
	hwparam_ioport,
	hwparam_iomem,
	hwparam_ioport_or_iomem,
	hwparam_irq,
	hwparam_dma,
	hwparam_dma_addr,
	hwparam_other,
};

#define postcore_param_cb(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)
#define arch_param_cb(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)
#define subsys_param_cb(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)
#define fs_param_cb(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)
#define late_param_cb(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)
#define device_param_cb(name, ops, arg, perm) module_param_cb(name, ops, arg, perm)

#endif /* __cplusplus */

#endif /* _LINUX_MODULE_PARAMS_H */
