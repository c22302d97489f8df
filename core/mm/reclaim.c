/*
 * reclaim.c - when free memory is given back (kernel: mm/vmscan.c in purpose;
 * there a thread, kswapd, does it; here no thread is ever made).
 *
 * Memory that was just freed is the cheapest to hand out again, so it is kept
 * warm for purge_ms and given back late, in large pieces. The first free that
 * reaches the page level arms a deadline; whoever comes by after it on a slow
 * path (a sheaf's miss) or in an interposed blocking call does the work:
 * sheaves, barns and page lists are emptied into the slabs, empty slabs into
 * the buddy lists, and blocks older than purge_ms are discarded. A process
 * that makes no call keeps its memory.
 *
 * A program that only hits would never come by. While much is to be given back
 * (free warm frames above an eighth of the used ones) sheaf_short is set and
 * the slow path keeps sheaves short, so that it misses soon.
 *
 * Locks: none held on entry. A trim that meets another trim leaves it to that.
 * Cost when nothing is due: one load.
 */
#include "config/options.h"
#include "core/mm/slab.h"
#include "core/os/os.h"

/*
 * Free blocks from 256 KiB on are unmapped too when the program asks for all
 * (malloc_trim), and when its address space is limited and may be wanted for
 * something else.
 */
#define UNMAP_ORDER 6

u64 trim_deadline_ms;
bool sheaf_short;
static u32 trimming;

void trim_arm(void)
{
	if (likely(READ_ONCE(trim_deadline_ms)))
		return;
	WRITE_ONCE(trim_deadline_ms, os_monotonic_ms() + kmemu_opts.purge_ms + 1);
}

static bool much_is_free(void)
{
	struct vmalloc_stats vs;
	struct page_stats ps;

	page_stats_read(&ps);
	vmalloc_stats_read(&vs);
	return ps.dirty + vs.warm_pages > 256 + (ps.used + ps.vmalloc) / 8;
}

static bool anything_is_free(void)
{
	struct vmalloc_stats vs;
	struct page_stats ps;

	page_stats_read(&ps);
	vmalloc_stats_read(&vs);
	return ps.dirty + vs.warm_pages > 0;
}

static bool drain_all(void)
{
	if (!percpu_stop())
		return false;
	flush_all_caches();
	drain_pages();
	percpu_start();
	return true;
}

/* Pages given back; age_ms 0: all that is free. */
static unsigned long trim(u64 age_ms)
{
	unsigned long given = 0;

	if (__atomic_exchange_n(&trimming, 1, __ATOMIC_ACQUIRE))
		return 0;
	WRITE_ONCE(trim_deadline_ms, 0);
	drain_all();
	given += page_purge(age_ms);
	given += vmalloc_purge(age_ms);
	if (!age_ms || os_address_space_limited())
		page_unmap_free(UNMAP_ORDER);
	__atomic_store_n(&trimming, 0, __ATOMIC_RELEASE);
	WRITE_ONCE(sheaf_short, much_is_free());
	if (anything_is_free())
		trim_arm();
	return given;
}

void trim_if_due(void)
{
	u64 due = READ_ONCE(trim_deadline_ms);

	if (likely(!due) || os_monotonic_ms() < due)
		return;
	trim(kmemu_opts.purge_ms);
}

/* On a slow path: the clock costs as much as the path, so each 16th looks. */
void trim_tick(void)
{
	static u32 ticks;

	if (unlikely(READ_ONCE(trim_deadline_ms)) &&
	    (__atomic_fetch_add(&ticks, 1, __ATOMIC_RELAXED) & 15) == 0)
		trim_if_due();
}

bool trim_all(void)
{
	return trim(0) != 0;
}

/* The thread that was trimming is not in a fork's child. */
void trim_fork_child(void)
{
	__atomic_store_n(&trimming, 0, __ATOMIC_RELAXED);
}
