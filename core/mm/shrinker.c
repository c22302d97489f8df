// SPDX-License-Identifier: MIT
/*
 * shrinker.c - caches of kernel code that give memory back (kernel:
 * mm/shrinker.c).
 *
 * What the kernel does: reclaim asks each shrinker how many objects it could free
 * and has it scan a part of them, the greater the lower the priority: freeable >>
 * priority, times 4, by seeks; in batches. What was not done is left for the next
 * time (nr_deferred).
 *
 * So here, as the last thing before an allocation that may sleep fails: when
 * caches and free pages have been given back already and that was not enough.
 * No thread reclaims in the background. The callbacks run in the allocating
 * thread with PF_MEMALLOC set, so what they allocate takes from the reserves and
 * does not come here again.
 *
 * Locks: shrinker_lock for the list; a shrinker that is being called has users,
 * and shrinker_free() waits for them.
 *
 * Cost: a load where an allocation has failed.
 */
#include "core/mm/shrinker.h"

#include "core/lib/list.h"
#include "core/lib/preempt.h"
#include "core/lib/vsprintf.h"
#include "core/mm/slab.h"
#include "core/os/os.h"

#define SHRINKER_REGISTERED 0x1u
#define SHRINKER_ALLOCATED 0x2u
#define SHRINK_STOP (~0UL)
#define SHRINK_EMPTY (~0UL - 1)
#define SHRINK_BATCH 128UL
#define DEFAULT_SEEKS 2

kmemu_lock_t shrinker_lock = KMEMU_LOCK_INIT(LOCK_SHRINKER);
struct list_head shrinker_list;

struct shrinker *shrinker_alloc(unsigned int flags, const char *name)
{
	struct shrinker *s = kmalloc(sizeof(*s), GFP_KERNEL | __GFP_ZERO);

	if (!s)
		return NULL;
	s->flags = flags | SHRINKER_ALLOCATED;
	s->seeks = DEFAULT_SEEKS;
	INIT_LIST_HEAD(&s->list);
	kmemu_scnprintf(s->name, sizeof(s->name), "%s", name);
	return s;
}

void shrinker_register(struct shrinker *s)
{
	if (!spin_lock(&shrinker_lock))
		return;
	if (!shrinker_list.next)
		INIT_LIST_HEAD(&shrinker_list);
	list_add_tail(&s->list, &shrinker_list);
	s->flags |= SHRINKER_REGISTERED;
	spin_unlock(&shrinker_lock);
}

void shrinker_free(struct shrinker *s)
{
	if (!s || !spin_lock(&shrinker_lock))
		return;
	list_del(&s->list);
	INIT_LIST_HEAD(&s->list);
	s->flags &= ~SHRINKER_REGISTERED;
	while (s->users) {
		spin_unlock(&shrinker_lock);
		os_sleep_us(100);
		if (!spin_lock(&shrinker_lock))
			return;
	}
	spin_unlock(&shrinker_lock);
	kvfree(s);
}

/* --- one shrinker (kernel: do_shrink_slab) ---------------------------------- */

static unsigned long wanted(const struct shrinker *s, unsigned long freeable, int priority)
{
	unsigned long delta = freeable / 2;

	if (s->seeks)
		delta = (freeable >> priority) * 4 / (unsigned long)s->seeks;
	return min((s->nr_deferred >> priority) + delta, 2 * freeable);
}

static void defer(struct shrinker *s, unsigned long left, unsigned long freeable)
{
	s->nr_deferred = min(left, 2 * freeable);
}

static unsigned long do_shrink_slab(struct shrinker *s, struct shrink_control *sc, int priority)
{
	unsigned long batch = s->batch > 0 ? (unsigned long)s->batch : SHRINK_BATCH;
	unsigned long freeable = s->count_objects(s, sc), freed = 0, scan;

	if (!freeable || freeable == SHRINK_EMPTY)
		return 0;
	scan = wanted(s, freeable, priority);
	while (scan >= batch || scan >= freeable) {
		unsigned long ret;

		sc->nr_to_scan = sc->nr_scanned = min(batch, scan);
		ret = s->scan_objects(s, sc);
		if (ret == SHRINK_STOP)
			break;
		freed += ret;
		if (!sc->nr_scanned)
			break;
		scan -= min(scan, sc->nr_scanned);
	}
	defer(s, scan, freeable);
	return freed;
}

/* --- all of them ------------------------------------------------------------ */

/* The next one, in use; NULL: none. at is released. */
static struct shrinker *next_shrinker(struct shrinker *at)
{
	struct list_head *next;
	struct shrinker *s = NULL;

	if (!spin_lock(&shrinker_lock))
		return NULL;
	/* Taken off meanwhile: the round ends. */
	next = at ? at->list.next : shrinker_list.next;
	if (next != &shrinker_list && (!at || next != &at->list)) {
		s = container_of(next, struct shrinker, list);
		s->users++;
	}
	if (at)
		at->users--;
	spin_unlock(&shrinker_lock);
	return s;
}

unsigned long shrink_slab(gfp_t flags, int priority)
{
	u32 was = current_flags;
	unsigned long freed = 0;
	struct shrinker *s = NULL;

	if (!shrinker_list.next)
		return 0;
	current_flags |= PF_MEMALLOC;
	while ((s = next_shrinker(s))) {
		struct shrink_control sc = { .gfp_mask = flags };

		freed += do_shrink_slab(s, &sc, priority);
	}
	current_flags = (current_flags & ~PF_MEMALLOC) | (was & PF_MEMALLOC);
	return freed;
}

void (*shrink_wait)(void);

bool __shrink_slab_step(gfp_t flags, int *priority)
{
	if (current_flags & PF_MEMALLOC)
		return false;
	while (*priority >= 0) {
		unsigned long freed = shrink_slab(flags, (*priority)--);

		/* A few are not worth a grace period, unless they are all. */
		if (freed && shrink_wait && (freed >= SHRINK_BATCH || *priority < DEF_PRIORITY / 2))
			shrink_wait();
		if (freed)
			return true;
	}
	return false;
}
