/*
 * lock_graph.c - which classes of locks are taken under which, and how to get from one to
 * another (kernel: kernel/locking/lockdep.c __bfs, add_lock_to_list).
 *
 * A dependency has, as in the kernel, for either end how it was taken:
 *
 *	from	E exclusive, S shared
 *	to	N waits for whoever has it, R for writers alone (a recursive reader: read_lock()
 *		in an interrupt, pthread_rwlock_rdlock())
 *
 * and a path goes over a class where not both meet there: R and then S. So a search has
 * two states for each class: what led there was R only (backwards: S only), or not.
 *
 * Locks: lockdep_lock. Memory: 0.2 MiB of addresses.
 */
#include "core/check/lock_class.h"
#include "core/os/os.h"

#define STATES (2 * LOCK_CLASSES)

/* Kernel: DEP_SR_BIT ...: shared or exclusive, recursive or not. */
#define DEP_FROM_E 0x1u
#define DEP_TO_N   0x2u
#define DEPS_E	   (1u << DEP_FROM_E | 1u << (DEP_FROM_E | DEP_TO_N))
#define DEPS_N	   (1u << DEP_TO_N | 1u << (DEP_FROM_E | DEP_TO_N))
#define DEPS_ALL   0xfu

/* A class and how it was reached; 2 * class + 1: only so that not every path goes on. */
static struct {
	u32 stamp[STATES]; /* of the search that was there last */
	u16 by[STATES]; /* the dependency that led there; 0: it began there */
	u16 from[STATES]; /* the state before */
	u16 queue[STATES];
	u32 now;
} *search;

bool lock_graph_init(void)
{
	search = os_map_any(sizeof(*search));
	return search;
}

unsigned int lock_dep_of(unsigned int prev_how, unsigned int how)
{
	return (prev_how & LOCK_READ ? 0 : DEP_FROM_E) | (how & LOCK_RECURSIVE ? 0 : DEP_TO_N);
}

bool lock_dep_is_exclusive(unsigned int dep)
{
	return dep & DEP_FROM_E;
}

u16 lock_dep_find(u16 from, u16 to)
{
	u16 i = lock_classes[from].after;

	while (i && lock_deps[i].to != to)
		i = lock_deps[i].next_after;
	return i;
}

static void reach(u32 *nr, u32 state, u16 by, u32 from)
{
	if (search->stamp[state] == search->now)
		return;
	search->stamp[state] = search->now;
	search->by[state] = by;
	search->from[state] = (u16)from;
	search->queue[(*nr)++] = (u16)state;
}

static void reach_neighbours(u32 *nr, u32 state, bool forwards)
{
	const struct lock_class *class = &lock_classes[state / 2];
	u32 may_go_on = forwards ? DEPS_E : DEPS_N, goes_on = forwards ? DEPS_N : DEPS_E;
	u16 d = forwards ? class->after : class->before;

	while (d) {
		const struct lock_dep *dep = &lock_deps[d];
		unsigned int how = dep->how & (state & 1 ? may_go_on : DEPS_ALL);
		u32 to = forwards ? dep->to : dep->from;

		if (how && !dep->closes_circle)
			reach(nr, 2U * to + !(how & goes_on), d, state);
		d = forwards ? dep->next_after : dep->next_before;
	}
}

u32 lock_search(u32 from, bool forwards, bool (*fn)(u32 state, void *arg), void *arg)
{
	u32 nr = 0;

	search->now++;
	reach(&nr, from, 0, 0);
	for (u32 i = 0; i < nr; i++) {
		if (fn(search->queue[i], arg))
			return search->queue[i];
		reach_neighbours(&nr, search->queue[i], forwards);
	}
	return 0;
}

u16 lock_search_by(u32 state)
{
	return search->by[state];
}

u32 lock_search_before(u32 state)
{
	return search->from[state];
}
