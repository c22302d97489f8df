/* SPDX-License-Identifier: MIT */
/*
 * shrinker.h - caches of kernel code that give memory back. shrinker.c has the
 * theory.
 */
#pragma once

#include "core/lib/lock.h"
#include "core/mm/gfp.h"
#include "include/kmemu/mm.h"

#define DEF_PRIORITY 12

extern kmemu_lock_t shrinker_lock;
extern struct list_head shrinker_list; /* next NULL: nothing was ever registered */

/*
 * Waits for objects that shrinkers gave to call_rcu(), where the thread can
 * (core/kernel/rcu.c). NULL: nobody ever did.
 */
extern void (*shrink_wait)(void);

bool __shrink_slab_step(gfp_t flags, int *priority);

/*
 * Rounds of rising pressure, from DEF_PRIORITY down to 0, until one frees
 * something. False: no more. No lock may be held.
 */
static inline bool shrink_slab_step(gfp_t flags, int *priority)
{
	return unlikely(shrinker_list.next) && __shrink_slab_step(flags, priority);
}

/* One round; objects freed (kernel: shrink_slab). */
unsigned long shrink_slab(gfp_t flags, int priority);
struct shrinker *shrinker_alloc(unsigned int flags, const char *name);
void shrinker_register(struct shrinker *shrinker);
void shrinker_free(struct shrinker *shrinker);
