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
 * Locks: none. Cost: nothing when off. When on, malloc and free are a miss and
 * then a hit by other tables (slab_alloc_by, slab_free_by): some 50 instructions
 * more, one of them locked.
 */
#include "core/mm/armed.h"

#include "config/options.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"

const struct armed_watch *armed_watch;
void (*armed_mapped)(const void *p);
struct armed_counters armed_counters[NR_ARMED_COUNTERS];

void armed_init(bool checked)
{
	slab_accounting = kmemu_opts.summary;
	alloc_tag_init();
	slab_counting = kmemu_opts.verdict || kmemu_opts.json[0];
	init_on_alloc = kmemu_opts.init_on_alloc ? __GFP_ZERO : 0;
	init_on_free = kmemu_opts.init_on_free;
	slab_no_hits = slab_accounting || init_on_alloc || init_on_free;
	slab_armed |= checked || slab_no_hits || alloc_tags_on || slab_counting || gfp_by_caller;
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
