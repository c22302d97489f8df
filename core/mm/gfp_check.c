/*
 * gfp_check.c - flags that may not be combined, or not given to this call.
 *
 * What the kernel does, each once in a boot, and then it goes on:
 *	__GFP_DMA32, __GFP_HIGHMEM or unknown bits for a slab: "Unexpected gfp",
 *	    and the bits are dropped (mm/slab_common.c kmalloc_fix_flags);
 *	__GFP_ZERO for a cache with a constructor: WARN (mm/slub.c new_slab);
 *	__GFP_NOFAIL without __GFP_DIRECT_RECLAIM, above order 1 or under PF_MEMALLOC:
 *	    WARN (mm/page_alloc.c __alloc_pages_slowpath), and the first may be NULL;
 *	an order above MAX_PAGE_ORDER: WARN unless __GFP_NOWARN, NULL;
 *	kmalloc above the cap: the same, which there is that order (kmalloc_max=4M);
 *	vmalloc(0): WARN, NULL (mm/vmalloc.c __vmalloc_node_range);
 *	kvmalloc above INT_MAX: WARN unless __GFP_NOWARN, NULL (mm/util.c).
 * All but the last four only where the request comes to a slow path: one that is
 * served from a slab that exists, or from plenty, is silent. So here.
 *
 * Different: reported once for each call site and not once in all; with
 * gfp.check=fail the call fails.
 *
 * Locks: none; called without any. Cost: a test of the flags on slow paths.
 */
#include "core/mm/gfp_check.h"

#include "core/report/report.h"

__noinline __cold bool __gfp_fix_flags(gfp_t *flags)
{
	struct report r = { .kind = REPORT_GFP_UNEXPECTED,
			    .func = "kmalloc",
			    .gfp = *flags,
			    .gfp_fixed = *flags & ~GFP_SLAB_BUG_MASK };

	*flags = r.gfp_fixed;
	return report_submit(&r) != POLICY_FAIL;
}

__noinline __cold bool gfp_warn(const char *func, gfp_t flags, unsigned int order,
				const char *rule)
{
	struct report r = { .kind = REPORT_GFP_WARNING,
			    .func = func,
			    .gfp = flags,
			    .order = order,
			    .rule = rule };

	return report_submit(&r) != POLICY_FAIL;
}
