/*
 * gfp_rules.h - which flags a malloc carries: gfp= and gfp.rules=. gfp_rules.c
 * has the theory.
 */
#pragma once

#include "core/mm/gfp.h"

/* From the options, before armed_init(). */
void gfp_rules_init(void);

/* A malloc may carry other flags than GFP_KERNEL: every call is armed. */
extern __hidden bool gfp_by_caller;

/*
 * Whether the thread must not sleep, for `auto`. Set by the check of contexts;
 * NULL: it may.
 */
extern bool (*gfp_must_not_sleep)(void);

gfp_t __gfp_for_caller(const void *caller);
/* `auto` decides for this caller: it makes no mistake with its flags. */
bool gfp_is_auto(const void *caller);

/* Of a malloc with this return address, without __GFP_ZERO for calloc. Any context. */
static inline gfp_t gfp_for_caller(const void *caller)
{
	return likely(!gfp_by_caller) ? GFP_KERNEL : __gfp_for_caller(caller);
}

/* Flags that a hit of the NORMAL caches serves: no zone, no type of cache, not zeroed. */
static inline bool gfp_is_plain(gfp_t flags)
{
	return !(flags & (__GFP_DMA | __GFP_DMA32 | __GFP_HIGHMEM | __GFP_RECLAIMABLE |
			  __GFP_ACCOUNT | __GFP_ZERO));
}
