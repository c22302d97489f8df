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
 * Locks: none. Cost: nothing when off; some 60 instructions and one locked one
 * a call when on.
 */
#include "core/mm/armed.h"

#include "config/options.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/slab.h"
#include "core/os/percpu.h"

#define NR_COUNTERS 64U /* power of two; CPUs share them beyond it */

static struct {
	struct coverage c;
} __aligned_to(64) counters[NR_COUNTERS];

static void add_one(u64 *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

void armed_init(void)
{
	slab_accounting = kmemu_opts.summary;
	alloc_tag_init();
	slab_armed = slab_accounting || alloc_tags_on || kmemu_opts.verdict || kmemu_opts.json[0];
}

void armed_alloc(const void *p, size_t size, const void *caller)
{
	struct coverage *c = &counters[percpu_this_slot() % NR_COUNTERS].c;

	if (unlikely((unsigned long)p <= 16)) /* none, or ZERO_SIZE_PTR */
		return;
	add_one(&c->allocs);
	if (unlikely(size > kmemu_opts.kmalloc_max))
		add_one(&c->large);
	if (alloc_tags_on)
		alloc_tag_set(p, caller);
}

void armed_free(const void *p)
{
	if (unlikely((unsigned long)p <= 16))
		return;
	add_one(&counters[percpu_this_slot() % NR_COUNTERS].c.frees);
	if (alloc_tags_on)
		alloc_tag_clear(p);
}

void coverage_read(struct coverage *c)
{
	unsigned int i;

	*c = (struct coverage){ 0, 0, 0 };
	for (i = 0; i < NR_COUNTERS; i++) {
		c->allocs += READ_ONCE(counters[i].c.allocs);
		c->frees += READ_ONCE(counters[i].c.frees);
		c->large += READ_ONCE(counters[i].c.large);
	}
}
