/* SPDX-License-Identifier: MIT */
/*
 * dynamic_debug.h - messages of a class, that parameters of the module turn on (kernel:
 * include/linux/dynamic_debug.h, lib/dynamic_debug.c of 6.12). <linux/dynamic_debug.h>
 * has the names that kernel code uses.
 */
#ifndef KMEMU_DYNAMIC_DEBUG_H
#define KMEMU_DYNAMIC_DEBUG_H

#include "module.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_DDEBUG_CLASS_BITS 6

/* A place with a message, in the section kmemu_dyndbg of what it was linked into. */
struct _ddebug {
	const char *modname, *function, *filename, *format;
	unsigned int lineno : 18;
	unsigned int class_id : KMEMU_DDEBUG_CLASS_BITS;
	unsigned int flags : 8; /* KMEMU_DDEBUG_* */
} __attribute__((aligned(8)));

#define KMEMU_DDEBUG_PRINT 0x1
#define KMEMU_DDEBUG_MODNAME 0x2
#define KMEMU_DDEBUG_FUNCNAME 0x4
#define KMEMU_DDEBUG_LINENO 0x8
#define KMEMU_DDEBUG_TID 0x10
#define KMEMU_DDEBUG_SOURCENAME 0x20

/* BITS, NAMES: each on its own. LEVEL: number N turns on the first N. */
enum class_map_type {
	DD_CLASS_TYPE_DISJOINT_BITS,
	DD_CLASS_TYPE_LEVEL_NUM,
	DD_CLASS_TYPE_DISJOINT_NAMES,
	DD_CLASS_TYPE_LEVEL_NAMES,
};

struct ddebug_class_map {
	struct list_head link;
	struct module *mod;
	const char *mod_name;
	const char **class_names;
	const int length;
	const int base; /* class_id of the first */
	enum class_map_type map_type;
	struct _ddebug *sites, *sites_end; /* all of its program or library */
};

/* What a parameter of the type dyndbg_classes is about. */
struct ddebug_class_param {
	union {
		unsigned long *bits;
		unsigned int *lvl;
	};
	char flags[8]; /* letters of KMEMU_DDEBUG_*: "p" prints, m f s l t say where */
	const struct ddebug_class_map *map;
};

/* Value: a number, or names parted by commas, each with + or - before it. */
extern const struct kernel_param_ops kmemu_param_ops_dyndbg_classes;
int kmemu_param_set_dyndbg_classes(const char *val, const struct kernel_param *kp);
int kmemu_param_get_dyndbg_classes(char *buffer, const struct kernel_param *kp);

/* Says it, behind what the flags ask for; does not ask whether it is on. Any context. */
void kmemu_dynamic_pr_debug(struct _ddebug *site, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_DYNAMIC_DEBUG_H */
