/* SPDX-License-Identifier: MIT */
/* <linux/kmod.h> of Linux 6.12: there are no modules to load. */
#ifndef __LINUX_KMOD_H__
#define __LINUX_KMOD_H__

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>

static inline __printf(1, 2) int kmemu_no_module(const char *name, ...)
{
	(void)name;
	return -ENOSYS;
}

#define __request_module(wait, mod...) \
	({                             \
		if (wait)              \
			might_sleep(); \
		kmemu_no_module(mod);  \
	})
#define request_module(mod...) __request_module(true, mod)
#define request_module_nowait(mod...) __request_module(false, mod)
#define try_then_request_module(x, mod...) \
	((x) ?: (__request_module(true, mod), (x)))

#endif /* __LINUX_KMOD_H__ */
