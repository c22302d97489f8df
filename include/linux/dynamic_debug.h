/* SPDX-License-Identifier: MIT */
/*
 * <linux/dynamic_debug.h> of Linux 6.12: messages of a class (__pr_debug_cls()), which
 * parameters turn on. pr_debug() is as without CONFIG_DYNAMIC_DEBUG.
 */
#ifndef _DYNAMIC_DEBUG_H
#define _DYNAMIC_DEBUG_H

/* C alone: in C++ a static variable of an inline function cannot be in the section. */
#ifndef __cplusplus

#include <kmemu/dynamic_debug.h>
#include <linux/array_size.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/export.h>

#define CLS_BITS KMEMU_DDEBUG_CLASS_BITS
#define _DPRINTK_CLASS_DFLT ((1 << CLS_BITS) - 1)
#define _DPRINTK_FLAGS_NONE 0
#define _DPRINTK_FLAGS_PRINT KMEMU_DDEBUG_PRINT
#define _DPRINTK_FLAGS_INCL_MODNAME KMEMU_DDEBUG_MODNAME
#define _DPRINTK_FLAGS_INCL_FUNCNAME KMEMU_DDEBUG_FUNCNAME
#define _DPRINTK_FLAGS_INCL_LINENO KMEMU_DDEBUG_LINENO
#define _DPRINTK_FLAGS_INCL_TID KMEMU_DDEBUG_TID
#define _DPRINTK_FLAGS_INCL_SOURCENAME KMEMU_DDEBUG_SOURCENAME
#ifdef DEBUG
#define _DPRINTK_FLAGS_DEFAULT _DPRINTK_FLAGS_PRINT
#else
#define _DPRINTK_FLAGS_DEFAULT 0
#endif

extern struct _ddebug __start_kmemu_dyndbg[] __attribute__((weak, visibility("hidden")));
extern struct _ddebug __stop_kmemu_dyndbg[] __attribute__((weak, visibility("hidden")));

#define NUM_TYPE_ARGS(eltype, ...) ARRAY_SIZE(((eltype[]){ __VA_ARGS__ }))
#define DECLARE_DYNDBG_CLASSMAP(_var, _maptype, _base, ...)               \
	static const char *_var##_classnames[] = { __VA_ARGS__ };         \
	static struct ddebug_class_map __maybe_unused _var = {            \
		.mod = THIS_MODULE,                                       \
		.mod_name = KBUILD_MODNAME,                               \
		.class_names = _var##_classnames,                         \
		.length = ARRAY_SIZE(_var##_classnames),                  \
		.base = _base,                                            \
		.map_type = _maptype,                                     \
		.sites = __start_kmemu_dyndbg,                            \
		.sites_end = __stop_kmemu_dyndbg,                         \
	}

#define DEFINE_DYNAMIC_DEBUG_METADATA_CLS(name, cls, fmt)                 \
	static struct _ddebug name __aligned(8) __used                    \
		__section("kmemu_dyndbg") = {                             \
			.modname = KBUILD_MODNAME,                        \
			.function = __func__,                             \
			.filename = __FILE__,                             \
			.format = (fmt),                                  \
			.lineno = __LINE__,                               \
			.class_id = (cls),                                \
			.flags = _DPRINTK_FLAGS_DEFAULT,                  \
		};                                                        \
	BUILD_BUG_ON_MSG((cls) > _DPRINTK_CLASS_DFLT, "classid value overflow")

#define __pr_debug_cls(cls, fmt, ...)                                                  \
	do {                                                                           \
		DEFINE_DYNAMIC_DEBUG_METADATA_CLS(__kmemu_site, cls, fmt);             \
		if (unlikely(__kmemu_site.flags & _DPRINTK_FLAGS_PRINT))               \
			__dynamic_pr_debug(&__kmemu_site, pr_fmt(fmt), ##__VA_ARGS__); \
	} while (0)

extern void __dynamic_pr_debug(struct _ddebug *descriptor, const char *fmt, ...)
	__kmemu_is(kmemu_dynamic_pr_debug) __printf(2, 3);
extern const struct kernel_param_ops param_ops_dyndbg_classes
	__kmemu_is(kmemu_param_ops_dyndbg_classes);
extern int param_set_dyndbg_classes(const char *instr, const struct kernel_param *kp)
	__kmemu_is(kmemu_param_set_dyndbg_classes);
extern int param_get_dyndbg_classes(char *buffer, const struct kernel_param *kp)
	__kmemu_is(kmemu_param_get_dyndbg_classes);

#endif /* __cplusplus */

#endif /* _DYNAMIC_DEBUG_H */
