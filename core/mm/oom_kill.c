/*
 * oom_kill.c - what happens when the emulated memory is out (kernel:
 * mm/oom_kill.c, out_of_memory; __alloc_pages_may_oom for when).
 *
 * The kernel's answer to a small request that may sleep is never NULL: it
 * kills a process, and here there is only one. Ours by default is NULL and
 * ENOMEM (oom=fail), since a program is run to see how it takes that;
 * oom=kill gives the kernel's: its text, then SIGKILL.
 *
 * Not killed for, as in the kernel: orders above PAGE_ALLOC_COSTLY_ORDER,
 * __GFP_NORETRY and __GFP_RETRY_MAYFAIL, requests that may not sleep or not
 * enter file systems, those limited to DMA or DMA32, and a vmalloc of more than
 * there is in all.
 */
#include "config/options.h"
#include "core/mm/mm.h"
#include "core/mm/show_mem.h"
#include "core/mm/zone.h"
#include "core/report/report.h"

static bool would_kill(gfp_t flags, unsigned int order)
{
	return order <= PAGE_ALLOC_COSTLY_ORDER && gfpflags_allow_blocking(flags) &&
	       (flags & KMEMU___GFP_FS) &&
	       !(flags & (__GFP_NORETRY | __GFP_RETRY_MAYFAIL | __GFP_DMA | __GFP_DMA32));
}

static struct report_cache caches[64]; /* who comes here does not return */

static __noinline void kill_this_process(struct report *r, struct report_mem *mem)
{
	struct page_stats ps;

	page_stats_read(&ps);
	mem->cache = caches;
	mem->nr_caches = report_caches_read(caches, ARRAY_SIZE(caches));
	report_oom_kill(r, (ps.used + ps.vmalloc) << (PAGE_SHIFT - 10));
}

/* Kernel: warn_alloc() is silent where there is no DMA zone (has_managed_dma). */
static bool lacks_dma(gfp_t flags)
{
	return flags & __GFP_DMA && !zone_managed(&zones[ZONE_DMA]);
}

/* how: REPORT_EXCEEDS, REPORT_WAITS. That it will wait is said in any case. */
static void fail(const char *func, size_t size, gfp_t flags, unsigned int order, u32 how)
{
	struct report r = { .kind = REPORT_PAGE_ALLOC_FAILURE, .func = func,
			    .size = size, .gfp = flags, .order = order, .flags = how };
	bool kills = kmemu_opts.oom == OOM_KILL && !how && would_kill(flags, order);
	struct report_mem mem;

	if (!kills && !(how & REPORT_WAITS) && (flags & __GFP_NOWARN || lacks_dma(flags)))
		return;
	if (kills || report_is_wanted(r.kind)) {
		report_mem_read(&mem, flags);
		r.mem = &mem;
	}
	if (kills)
		kill_this_process(&r, &mem);
	report_submit(&r);
}

void out_of_memory(gfp_t flags, unsigned int order, bool waits)
{
	fail("alloc_pages", PAGE_SIZE << order, flags, order, waits ? REPORT_WAITS : 0);
}

/* Its pages are of order 0. */
void out_of_vmalloc(gfp_t flags, size_t size, u32 how)
{
	fail("vmalloc", size, flags, 0, how);
}
