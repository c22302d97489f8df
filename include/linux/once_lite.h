/* SPDX-License-Identifier: MIT */
/* <linux/once_lite.h> of Linux 6.12: once for each place, whoever comes first. */
#ifndef _LINUX_ONCE_LITE_H
#define _LINUX_ONCE_LITE_H

#include <linux/stddef.h>
#include <linux/types.h>

#define __ONCE_LITE_IF(condition)                                                          \
	__extension__({                                                                    \
		static bool __already_done;                                                \
		(condition) && !__atomic_exchange_n(&__already_done, true, __ATOMIC_RELAXED); \
	})
#define DO_ONCE_LITE(func, ...) DO_ONCE_LITE_IF(true, func, ##__VA_ARGS__)
#define DO_ONCE_LITE_IF(condition, func, ...)                   \
	__extension__({                                         \
		bool __ret_do_once = !!(condition);             \
		if (__ONCE_LITE_IF(__ret_do_once))              \
			func(__VA_ARGS__);                      \
		unlikely(__ret_do_once);                        \
	})

#endif /* _LINUX_ONCE_LITE_H */
