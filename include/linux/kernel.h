/* SPDX-License-Identifier: MIT */
/*
 * <linux/kernel.h> of Linux 6.12, as far as contexts need it. libc's
 * <sys/sysinfo.h> reads the system's through this one.
 *
 * might_sleep() and cant_sleep() are those of CONFIG_DEBUG_ATOMIC_SLEEP: told of
 * when context= is on (kinds sleep-in-atomic and cant-sleep).
 */
#ifndef _KMEMU_LINUX_KERNEL_H
#define _KMEMU_LINUX_KERNEL_H

#include_next <linux/kernel.h>

#include <kmemu/context.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define might_sleep() kmemu_might_sleep(__FILE__, __LINE__)
#define might_sleep_if(cond)           \
	do {                           \
		if (cond)              \
			might_sleep(); \
	} while (0)
#define might_resched() do { } while (0)
#define cant_sleep() kmemu_cant_sleep(__FILE__, __LINE__)

#define non_block_start() kmemu_non_block_start()
#define non_block_end() kmemu_non_block_end()

#endif /* _KMEMU_LINUX_KERNEL_H */
