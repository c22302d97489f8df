/*
 * gfp_check.h - flags that may not be combined, or not given to this call.
 * gfp_check.c has the theory.
 */
#pragma once

#include "core/mm/gfp.h"

#define __GFP_BITS_MASK ((1U << 27) - 1)
#define GFP_SLAB_BUG_MASK (__GFP_DMA32 | __GFP_HIGHMEM | ~__GFP_BITS_MASK)

/*
 * For a slab: what it cannot honour is reported and dropped from *flags. False:
 * the call is to fail (gfp.check=fail).
 */
bool __gfp_fix_flags(gfp_t *flags);

static inline bool gfp_fix_flags(gfp_t *flags)
{
	return likely(!(*flags & GFP_SLAB_BUG_MASK)) || __gfp_fix_flags(flags);
}

/* A WARN_ON of func's, with the rule that was broken. False: the call is to fail. */
bool gfp_warn(const char *func, gfp_t flags, unsigned int order, const char *rule);
