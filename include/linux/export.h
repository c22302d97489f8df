/* SPDX-License-Identifier: MIT */
/* <linux/export.h> of Linux 6.12: a program has no namespaces, all is seen. */
#ifndef _LINUX_EXPORT_H
#define _LINUX_EXPORT_H

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/stringify.h>
#include <linux/types.h>

#define EXPORT_SYMBOL(sym) __kmemu_file_scope
#define EXPORT_SYMBOL_GPL(sym) __kmemu_file_scope
#define EXPORT_SYMBOL_NS(sym, ns) __kmemu_file_scope
#define EXPORT_SYMBOL_NS_GPL(sym, ns) __kmemu_file_scope
#define EXPORT_SYMBOL_GPL_FOR_MODULES(sym, mods) __kmemu_file_scope

/* Takes the semicolon behind a macro that says nothing. */
#define __kmemu_file_scope struct kmemu_nothing

/* C alone: what a file's module is. Its address is a constant. */
#ifndef __cplusplus
#include <linux/compiler.h>

enum module_state {
	MODULE_STATE_LIVE,
	MODULE_STATE_COMING,
	MODULE_STATE_GOING,
	MODULE_STATE_UNFORMED,
};

/* Each file has one of its own, by the name that its build gave it (KBUILD_MODNAME). */
struct module {
	enum module_state state;
	char name[64 - sizeof(unsigned long)];
	const char *version;
	int refcnt; /* try_module_get() */
};

static struct module __maybe_unused __this_module = { .name = KBUILD_MODNAME };
#define THIS_MODULE (&__this_module)
#else
#define THIS_MODULE ((struct module *)0)
#endif

#ifndef __cplusplus /* what it brings along there */
#include <linux/linkage.h>
#endif

#endif /* _LINUX_EXPORT_H */
