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

/* Takes the semicolon behind a macro that says nothing. */
#define __kmemu_file_scope struct kmemu_nothing

#define THIS_MODULE ((struct module *)0)

#endif /* _LINUX_EXPORT_H */
