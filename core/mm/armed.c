/*
 * armed.c - what is told of every call (kernel: the hooks of mm/slab.h,
 * slab_post_alloc_hook and slab_free_hook).
 *
 * The kernel's hooks are calls behind static keys, patched in and out. Here
 * the hit paths have no place for them at all: when something is armed at
 * start, no call is a hit (slab.h), and the slow path of malloc, free and the
 * API comes here. An object still comes from its sheaf.
 *
 * Counts are kept by CPU, each on a line of its own, and added up when asked
 * for: exact, since each is one atomic addition.
 *
 * Locks: none. Cost: nothing when off. When on, a call through a module's jump slot
 * (interpose/direct.c) has some 20 instructions more, one of them locked; any other is
 * a miss and then a hit by other tables (slab_alloc_at, slab_free_by), some 60 more.
 */
#include "core/mm/armed.h"

#include "config/options.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"

const struct armed_watch *armed_watch;
void (*armed_mapped)(const void *p);
struct armed_counters armed_counters[NR_ARMED_COUNTERS];
const u64 *armed_sites;
bool armed_frees_counted;

/* Of two threads here at once the last must have seen what both have changed. */
void armed_refresh(void)
{
	const struct armed_watch *watch;
	bool mapped;

	do {
		watch = __atomic_load_n(&armed_watch, __ATOMIC_SEQ_CST);
		mapped = __atomic_load_n(&armed_mapped, __ATOMIC_SEQ_CST);
		WRITE_ONCE(armed_sites, watch || alloc_tags_paused ? NULL : alloc_tag_sites());
		__atomic_store_n(&armed_frees_counted, !watch && !mapped && !slab_no_hits,
				 __ATOMIC_SEQ_CST);
	} while (watch != __atomic_load_n(&armed_watch, __ATOMIC_SEQ_CST) ||
		 mapped != (bool)__atomic_load_n(&armed_mapped, __ATOMIC_SEQ_CST));
}

void armed_pause_tags(bool pause)
{
	alloc_tags_paused = pause;
	armed_refresh();
}

void armed_init(bool checked)
{
	bool reports = kmemu_opts.contig > POLICY_COUNT || kmemu_opts.usercopy > POLICY_COUNT;

	slab_accounting = kmemu_opts.summary;
	alloc_tag_init();
	if (alloc_tags_on && (kmemu_opts.contig || kmemu_opts.usercopy))
		alloc_stack_init(kmemu_opts.contig_stacks && reports);
	slab_counting = kmemu_opts.verdict || kmemu_opts.json[0];
	init_on_alloc = kmemu_opts.init_on_alloc ? __GFP_ZERO : 0;
	init_on_free = kmemu_opts.init_on_free;
	slab_no_hits = slab_accounting || init_on_alloc || init_on_free ||
		       alloc_stacks_on == ALLOC_STACKS_ALL;
	slab_armed_word |= checked || slab_no_hits || alloc_tags_on || slab_counting ||
			   gfp_by_caller;
	armed_refresh();
}

/* --- hits that more is told of than their count and their tag --- */

__noinline void armed_alloc_told(const void *p, size_t size, enum alloc_how how,
				 const void *caller)
{
	armed_alloc(p, size, how, caller);
}

__noinline bool armed_free_told(void *p)
{
	u64 block = armed_block(p);

	if (slab_no_hits || !slab_free_by(true, p))
		return false;
	armed_count_free(p);
	armed_freed(block);
	return true;
}

void coverage_read(struct coverage *c)
{
	unsigned int i;

	*c = (struct coverage){ 0, 0, 0 };
	for (i = 0; i < NR_ARMED_COUNTERS; i++) {
		c->allocs += READ_ONCE(armed_counters[i].c.allocs);
		c->frees += READ_ONCE(armed_counters[i].c.frees);
		c->large += READ_ONCE(armed_counters[i].c.large);
	}
}
