/* SPDX-License-Identifier: MIT */
/* <linux/kmod.h> of Linux 6.12: there are no modules to load. */
#ifndef __LINUX_KMOD_H__
#define __LINUX_KMOD_H__

#include <kmemu/locks.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>

static __always_inline __printf(2, 3) int __request_module(bool wait, const char *name, ...)
{
	(void)name;
	if (wait)
		kmemu_might_sleep_in("request_module");
	return -ENOSYS;
}

#define request_module(mod...) __request_module(true, mod)
#define request_module_nowait(mod...) __request_module(false, mod)
#define try_then_request_module(x, mod...) \
	((x) ?: (__request_module(true, mod), (x)))

#endif /* __LINUX_KMOD_H__ */
