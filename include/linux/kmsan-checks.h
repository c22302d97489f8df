/* SPDX-License-Identifier: MIT */
/* <linux/kmsan-checks.h> of Linux 6.12 without CONFIG_KMSAN. */
#ifndef _LINUX_KMSAN_CHECKS_H
#define _LINUX_KMSAN_CHECKS_H

#include <linux/compiler.h>
#include <linux/types.h>

#ifndef __cplusplus

static inline void kmsan_poison_memory(const void *address, size_t size, gfp_t flags)
{
	(void)address;
	(void)size;
	(void)flags;
}

static inline void kmsan_unpoison_memory(const void *address, size_t size)
{
	(void)address;
	(void)size;
}

static inline void kmsan_check_memory(const void *address, size_t size)
{
	(void)address;
	(void)size;
}

static inline void kmsan_copy_to_user(void __user *to, const void *from, size_t to_copy,
				      size_t left)
{
	(void)to;
	(void)from;
	(void)to_copy;
	(void)left;
}

#endif /* __cplusplus */

#endif /* _LINUX_KMSAN_CHECKS_H */
