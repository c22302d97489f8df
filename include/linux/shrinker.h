/* SPDX-License-Identifier: MIT */
/*
 * <linux/shrinker.h> of Linux 6.12: caches that give memory back when there is
 * none left. <kmemu/mm.h> says when they are called.
 */
#ifndef _LINUX_SHRINKER_H
#define _LINUX_SHRINKER_H

#include <kmemu/mm.h>
#include <linux/compiler.h>
#include <linux/types.h>
#include <linux/wait.h>

#define SHRINK_STOP (~0UL)
#define SHRINK_EMPTY (~0UL - 1)
#define DEFAULT_SEEKS 2

#define SHRINKER_REGISTERED (1UL << 0)
#define SHRINKER_ALLOCATED (1UL << 1)
#define SHRINKER_NUMA_AWARE (1UL << 2)
#define SHRINKER_MEMCG_AWARE (1UL << 3)
#define SHRINKER_NONSLAB (1UL << 4)

__kmemu_c struct shrinker *shrinker_alloc(unsigned int flags, const char *fmt, ...)
	__kmemu_is(kmemu_shrinker_alloc) __printf(2, 3);
__kmemu_c void shrinker_register(struct shrinker *shrinker) __kmemu_is(kmemu_shrinker_register);
__kmemu_c void shrinker_free(struct shrinker *shrinker) __kmemu_is(kmemu_shrinker_free);

#endif /* _LINUX_SHRINKER_H */
