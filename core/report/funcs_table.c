/*
 * funcs_table.c - ranges that overlap become pieces that do not (funcs.c). The
 * kernel has no counterpart.
 *
 * Functions may lie in one another, have several names, and be meant by several
 * rules, of which the first wins. Each range is two events, begin and end; these
 * are sorted by address and walked once, with a count for each rule and a bit
 * for each count that is not 0: the lowest bit is the rule of the piece.
 *
 * Sorted by heap: in place, no recursion, n log n on any input.
 *
 * Invariant: neighbours in func_pieces differ in start and in rule.
 *
 * Locks: none; the caller's, one table at a time. Memory: mapped for the moment,
 * 16 bytes an event.
 * Cost: some 100 ns a range.
 */
#include "core/report/funcs_table.h"

#include <string.h>

#include "core/os/os.h"

#define FIRST_ROOM 256U /* 4 KiB */

/* Room for one more of `size` bytes; false: no memory. */
static bool grow(void *array, u32 nr, u32 *room, size_t size)
{
	u32 more = *room ? 2 * *room : FIRST_ROOM;
	void *old, *bigger;

	if (nr < *room)
		return true;
	bigger = os_map_any(ALIGN(more * size, PAGE_SIZE));
	if (!bigger)
		return false;
	memcpy(&old, array, sizeof(old));
	if (*room) {
		memcpy(bigger, old, nr * size);
		os_unmap(old, ALIGN(*room * size, PAGE_SIZE));
	}
	memcpy(array, &bigger, sizeof(bigger));
	*room = more;
	return true;
}

void func_pieces_add(struct func_pieces *p, u64 start, u32 rule)
{
	if (p->nr && p->piece[p->nr - 1].start == start)
		p->nr--;
	if (p->nr && p->piece[p->nr - 1].rule == rule)
		return;
	if (!grow(&p->piece, p->nr, &p->room, sizeof(p->piece[0]))) {
		p->failed = true;
		return;
	}
	p->piece[p->nr++] = (struct func_piece){ start, rule };
}

void func_pieces_free(struct func_pieces *p)
{
	if (p->room)
		os_unmap(p->piece, ALIGN(p->room * sizeof(p->piece[0]), PAGE_SIZE));
	*p = (struct func_pieces){ 0 };
}

void func_events_free(struct func_events *e)
{
	if (e->room)
		os_unmap(e->event, ALIGN(e->room * sizeof(e->event[0]), PAGE_SIZE));
	*e = (struct func_events){ 0 };
}

static void add_one(struct func_events *e, u64 at, u32 rule, bool is_end)
{
	if (!grow(&e->event, e->nr, &e->room, sizeof(e->event[0])))
		e->failed = true;
	else
		e->event[e->nr++] = (struct func_event){ at, rule, is_end };
}

void func_events_add(struct func_events *e, u64 start, u64 end, u32 rule)
{
	if (start >= end || rule >= FUNC_RULES_MAX)
		return;
	add_one(e, start, rule, false);
	if (!e->failed)
		add_one(e, end, rule, true);
}

static void sift_down(struct func_event *e, u32 root, u32 nr)
{
	struct func_event one = e[root];
	u32 child;

	for (; (child = 2 * root + 1) < nr; root = child) {
		if (child + 1 < nr && e[child + 1].at > e[child].at)
			child++;
		if (e[child].at <= one.at)
			break;
		e[root] = e[child];
	}
	e[root] = one;
}

void func_events_sort(struct func_events *e)
{
	for (u32 i = e->nr / 2; i-- > 0;)
		sift_down(e->event, i, e->nr);
	for (u32 n = e->nr; n > 1; n--) {
		struct func_event last = e->event[n - 1];

		e->event[n - 1] = e->event[0];
		e->event[0] = last;
		sift_down(e->event, 0, n - 1);
	}
}

/* Ranges that are open, by rule. */
struct open {
	u32 count[FUNC_RULES_MAX];
	u64 bits[FUNC_RULES_MAX / 64];
};

/* Of events at one address an end may stand before its begin: a count may pass below 0. */
static void note(struct open *open, const struct func_event *e)
{
	u64 bit = 1ULL << e->rule % 64;

	open->count[e->rule] += e->is_end ? -1U : 1U;
	if (open->count[e->rule])
		open->bits[e->rule / 64] |= bit;
	else
		open->bits[e->rule / 64] &= ~bit;
}

static u32 least(const struct open *open, u32 none)
{
	for (u32 i = 0; i < ARRAY_SIZE(open->bits); i++)
		if (open->bits[i])
			return i * 64 + (u32)__builtin_ctzll(open->bits[i]);
	return none;
}

void func_events_sweep(const struct func_events *e, u32 base, struct func_pieces *to)
{
	static struct open open; /* the stack may be small */

	memset(&open, 0, sizeof(open));
	for (u32 i = 0; i < e->nr; i++) {
		note(&open, &e->event[i]);
		if (i + 1 == e->nr || e->event[i + 1].at != e->event[i].at)
			func_pieces_add(to, e->event[i].at, least(&open, base));
	}
}
