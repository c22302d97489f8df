/*
 * dynamic_debug.c - messages of a class (kernel: lib/dynamic_debug.c). A place with a
 * message has flags, which a module's parameter sets for all places of a class; the map
 * that the parameter points to knows where the places of its program are.
 *
 * As in the kernel, a parameter keeps what it was given even where its flags are not
 * known, which is said for each class that would change.
 *
 * Different from the kernel: there is no control file, and pr_debug() is not dynamic.
 *
 * Locks: none. A word of flags is written whole; who sets a parameter while another
 * thread does gets one of the two.
 */
#include <errno.h>
#include <string.h>

#include "core/kernel/alloc.h"
#include "core/lib/printk.h"
#include "core/os/os.h"
#include "include/kmemu/context.h"
#include "include/kmemu/dynamic_debug.h"
#include "include/kmemu/kstrtox.h"
#include "include/kmemu/lib.h"
#include "include/kmemu/printk.h"

#define PREFIX_BYTES 128
#define PAGE_BYTES   4096
#define IN_INTERRUPT 0xffff00 /* softirq, hardirq and NMI of preempt_count */

static const struct {
	char letter;
	unsigned char flag;
} letters[] = {
	{ 'p', KMEMU_DDEBUG_PRINT },	{ 'm', KMEMU_DDEBUG_MODNAME },
	{ 'f', KMEMU_DDEBUG_FUNCNAME }, { 's', KMEMU_DDEBUG_SOURCENAME },
	{ 'l', KMEMU_DDEBUG_LINENO },	{ 't', KMEMU_DDEBUG_TID },
	{ '_', 0 },
};

/* --- what is on ---------------------------------------------------------- */

static int parse_flags(const char *text, unsigned int *flags)
{
	*flags = 0;
	for (; *text; text++) {
		size_t i = 0;

		while (i < ARRAY_SIZE(letters) && letters[i].letter != *text)
			i++;
		if (i == ARRAY_SIZE(letters)) {
			kmemu_printk("\0013dyndbg: unknown flag '%c'\n", *text);
			kmemu_printk("\0013dyndbg: flags parse failed\n");
			return -EINVAL;
		}
		*flags |= letters[i].flag;
	}
	return 0;
}

static void change_class(const struct ddebug_class_map *map, int class_id, unsigned int flags,
			 bool on)
{
	for (struct _ddebug *site = map->sites; site < map->sites_end; site++)
		if ((int)site->class_id == class_id && !strcmp(site->modname, map->mod_name))
			site->flags = on ? site->flags | flags : site->flags & ~flags;
}

/* Kernel: ddebug_apply_class_bitmap(). */
static void apply(const struct ddebug_class_param *dcp, unsigned long new_bits,
		  unsigned long old_bits)
{
	const struct ddebug_class_map *map = dcp->map;
	unsigned int flags;

	for (int bit = 0; bit < map->length; bit++)
		if ((new_bits ^ old_bits) >> bit & 1 && !parse_flags(dcp->flags, &flags))
			change_class(map, map->base + bit, flags, new_bits >> bit & 1);
}

static unsigned long first(unsigned long n)
{
	return n < 64 ? (1ul << n) - 1 : ~0ul;
}

static void set_level(const struct ddebug_class_param *dcp, unsigned int level)
{
	apply(dcp, first(level), first(*dcp->lvl));
	*dcp->lvl = level;
}

/* "+NAME", "-NAME" or "NAME". */
static void set_name(const struct kernel_param *kp, const char *name)
{
	const struct ddebug_class_param *dcp = kp->arg;
	bool wanted = *name != '-';
	int nr;

	name += *name == '-' || *name == '+';
	nr = kmemu_match_string(dcp->map->class_names, (size_t)dcp->map->length, name);
	if (nr < 0) {
		kmemu_printk("\0013dyndbg: %s unknown to %s\n", name, kp->name);
	} else if (dcp->map->map_type == DD_CLASS_TYPE_LEVEL_NAMES) {
		set_level(dcp, (unsigned int)nr + wanted);
	} else {
		unsigned long was = *dcp->bits, bit = 1ul << nr;

		apply(dcp, wanted ? was | bit : was & ~bit, was);
		*dcp->bits = wanted ? was | bit : was & ~bit;
	}
}

static int set_names(const char *val, const struct kernel_param *kp)
{
	char *copy = kmalloc_for(strlen(val) + 1, GFP_KERNEL, "param_set_dyndbg_classes", NULL);
	char *rest = copy, *name;

	if (!copy)
		return -ENOMEM;
	strcpy(copy, val);
	copy[strcspn(copy, "\n")] = '\0';
	while ((name = strsep(&rest, ",")))
		set_name(kp, name);
	kfree_for(copy, NULL);
	return 0;
}

static int set_number(unsigned long value, const struct kernel_param *kp)
{
	const struct ddebug_class_param *dcp = kp->arg;
	unsigned long n = (unsigned long)dcp->map->length;

	if (dcp->map->map_type == DD_CLASS_TYPE_LEVEL_NUM) {
		if (value > n)
			kmemu_printk("\0014dyndbg: %s: level:%ld exceeds max:%lu, clamping\n",
				     kp->name, (long)value, n);
		set_level(dcp, (unsigned int)(value > n ? n : value));
		return 0;
	}
	if (value & ~first(n))
		kmemu_printk("\0014dyndbg: %s: input: 0x%lx exceeds mask: 0x%lx, masking\n",
			     kp->name, value, first(n));
	value &= first(n);
	apply(dcp, value, *dcp->bits);
	*dcp->bits = value;
	return 0;
}

KMEMU_EXPORT int kmemu_param_set_dyndbg_classes(const char *val, const struct kernel_param *kp)
{
	const struct ddebug_class_param *dcp = kp->arg;
	unsigned long value;

	switch (dcp->map->map_type) {
	case DD_CLASS_TYPE_DISJOINT_NAMES:
	case DD_CLASS_TYPE_LEVEL_NAMES:
		return set_names(val, kp);
	case DD_CLASS_TYPE_DISJOINT_BITS:
	case DD_CLASS_TYPE_LEVEL_NUM:
		if (!kmemu_kstrtoul(val, 0, &value))
			return set_number(value, kp);
		kmemu_printk("\0013dyndbg: expecting numeric input: %s > %s\n", val, kp->name);
		return -EINVAL;
	}
	kmemu_printk("\0013dyndbg: %s: bad map type: %d\n", kp->name, (int)dcp->map->map_type);
	return -EINVAL;
}

KMEMU_EXPORT int kmemu_param_get_dyndbg_classes(char *buffer, const struct kernel_param *kp)
{
	const struct ddebug_class_param *dcp = kp->arg;

	switch (dcp->map->map_type) {
	case DD_CLASS_TYPE_DISJOINT_NAMES:
	case DD_CLASS_TYPE_DISJOINT_BITS:
		return kmemu_scnprintf_k(buffer, PAGE_BYTES, "0x%lx\n", *dcp->bits);
	case DD_CLASS_TYPE_LEVEL_NAMES:
	case DD_CLASS_TYPE_LEVEL_NUM:
		return kmemu_scnprintf_k(buffer, PAGE_BYTES, "%d\n", (int)*dcp->lvl);
	}
	return -1;
}

KMEMU_EXPORT const struct kernel_param_ops kmemu_param_ops_dyndbg_classes = {
	.set = kmemu_param_set_dyndbg_classes,
	.get = kmemu_param_get_dyndbg_classes,
};

/* --- a message ----------------------------------------------------------- */

/* Kernel: __dynamic_emit_prefix(). */
static void write_prefix(char *buf, const struct _ddebug *site)
{
	int n = 0, behind_tid;

	buf[0] = '\0';
	if (site->flags & KMEMU_DDEBUG_TID && kmemu_preempt_count() & IN_INTERRUPT)
		n += kmemu_scnprintf_k(buf, PREFIX_BYTES, "<intr> ");
	else if (site->flags & KMEMU_DDEBUG_TID)
		n += kmemu_scnprintf_k(buf, PREFIX_BYTES, "[%d] ", (int)os_tid());
	behind_tid = n;
#define PART(flag, fmt, what)                                                             \
	do {                                                                              \
		if (site->flags & (flag))                                                 \
			n += kmemu_scnprintf_k(buf + n, (size_t)(PREFIX_BYTES - n), fmt, what); \
	} while (0)
	PART(KMEMU_DDEBUG_MODNAME, "%s:", site->modname);
	PART(KMEMU_DDEBUG_FUNCNAME, "%s:", site->function);
	PART(KMEMU_DDEBUG_SOURCENAME, "%s:", site->filename);
	PART(KMEMU_DDEBUG_LINENO, "%d:", (int)site->lineno);
#undef PART
	if (n > behind_tid)
		kmemu_scnprintf_k(buf + n, (size_t)(PREFIX_BYTES - n), " ");
}

KMEMU_EXPORT void kmemu_dynamic_pr_debug(struct _ddebug *site, const char *fmt, ...)
{
	char prefix[PREFIX_BYTES];
	struct va_format vaf = { .fmt = fmt };
	va_list ap;

	write_prefix(prefix, site);
	va_start(ap, fmt);
	vaf.va = &ap;
	kmemu_printk("\0017%s%pV", prefix, &vaf);
	va_end(ap);
}
