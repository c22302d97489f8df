/* SPDX-License-Identifier: MIT */
/*
 * <linux/bug.h> of Linux 6.12: reports of the kinds kernel-warning and kernel-bug.
 * WARN_ON() answers its condition and goes on; BUG() does not return.
 */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <kmemu/printk.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/once_lite.h>
#include <linux/panic.h>
#include <linux/printk.h>

#define CUT_HERE "------------[ cut here ]------------\n"

enum bug_trap_type { BUG_TRAP_TYPE_NONE = 0, BUG_TRAP_TYPE_WARN = 1, BUG_TRAP_TYPE_BUG = 2 };

#define BUG() kmemu_bug(__FILE__, __LINE__)
#define BUG_ON(condition)                       \
	do {                                    \
		if (unlikely(condition))        \
			BUG();                  \
	} while (0)

#define __WARN() kmemu_warn(__FILE__, __LINE__, TAINT_WARN, (const char *)0)
#define __WARN_printf(taint, ...) kmemu_warn(__FILE__, __LINE__, taint, __VA_ARGS__)

#define WARN_ON(condition)                              \
	__extension__({                                 \
		int __ret_warn_on = !!(condition);      \
		if (unlikely(__ret_warn_on))            \
			__WARN();                       \
		unlikely(__ret_warn_on);                \
	})
#define WARN_TAINT(condition, taint, ...)                       \
	__extension__({                                         \
		int __ret_warn_on = !!(condition);              \
		if (unlikely(__ret_warn_on))                    \
			__WARN_printf(taint, __VA_ARGS__);      \
		unlikely(__ret_warn_on);                        \
	})
#define WARN(condition, ...) WARN_TAINT(condition, TAINT_WARN, __VA_ARGS__)
#define WARN_ON_ONCE(condition) DO_ONCE_LITE_IF(condition, WARN_ON, 1)
#define WARN_ONCE(condition, ...) DO_ONCE_LITE_IF(condition, WARN, 1, __VA_ARGS__)
#define WARN_TAINT_ONCE(condition, taint, ...) \
	DO_ONCE_LITE_IF(condition, WARN_TAINT, 1, taint, __VA_ARGS__)
#define WARN_ON_SMP(x) WARN_ON(x)
#define CHECK_DATA_CORRUPTION(condition, fmt, ...)                       \
	__extension__({                                                  \
		bool __corruption = !!(condition);                       \
		WARN(__corruption, fmt, ##__VA_ARGS__);                  \
		__corruption;                                            \
	})

#ifndef __cplusplus

/*
 * A warning here is a call and no instruction that traps, so no address is one's: as in a
 * kernel without CONFIG_GENERIC_BUG. Any context.
 */
struct bug_entry;
struct pt_regs;

static inline void *find_bug(unsigned long bugaddr)
{
	(void)bugaddr;
	return NULL;
}

static inline enum bug_trap_type report_bug(unsigned long bug_addr, struct pt_regs *regs)
{
	(void)bug_addr;
	(void)regs;
	return BUG_TRAP_TYPE_BUG;
}

static inline int is_valid_bugaddr(unsigned long addr)
{
	(void)addr;
	return 0;
}

static inline void bug_get_file_line(struct bug_entry *bug, const char **file, unsigned int *line)
{
	(void)bug;
	*file = NULL;
	*line = 0;
}

static inline void generic_bug_clear_once(void)
{
}

#endif /* __cplusplus */

#endif /* _LINUX_BUG_H */
