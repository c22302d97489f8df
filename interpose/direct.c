/*
 * direct.c - calls of malloc, calloc and free while something is armed (kernel:
 * static keys: what is on is patched into the code's way).
 *
 * The hit paths know no check. When something is armed their tables are empty,
 * so that each call is a miss and the slow path judges it (core/mm/armed.h). That
 * is right for every call, and costs a miss before each hit. So the calls that
 * can be told are led to entries without it: the jump slots of the modules that
 * are loaded then. Slots that hold an address which the program may compare or
 * keep stay as they are, and so does whoever asks dlsym: they take the longer way to
 * the same end. Of what is loaded later the slots are led when that way was gone
 * MISSED_MOST times.
 *
 * A slot is changed only if malloc of the process is ours, and this slot leads
 * to it or is not bound yet. Ours means this object's own function: the name is the
 * process's, and may be the program's allocator. Who is found first is asked of
 * what defines it, as the loader does; dlsym answers the program's own jump to it, in
 * a program that is not position independent. Slots behind RELRO are writable for a
 * moment; where that is refused (a filter) nothing changes.
 *
 * On valgrind no slot is led where a tool replaces the functions that are called malloc and
 * free (memcheck): a block from another one would be no block to the free of its own.
 *
 * With contexts alone that begins when a handler is installed or something is raised
 * (start.c): before, hits are hits.
 *
 * Locks: that of the loader's list, for reading. Cost: off, nothing; armed, once
 * a look through each module's relocations.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/check/buffers.h"
#include "core/lib/preempt.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"
#include "core/os/dl.h"
#include "core/os/dl_find.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

#define MISSED_MOST 16384

static const struct {
	const char *name;
	void *own, *direct, *counted;
} entries[] = {
	{ "malloc", (void *)own_malloc, (void *)malloc_direct, (void *)malloc_counted },
	{ "calloc", (void *)own_calloc, (void *)calloc_direct, (void *)calloc_counted },
	{ "free", (void *)own_free, (void *)free_direct, (void *)free_counted },
};

/* Bound to us, or by its own stub to what the loader will find. */
static bool leads_here(const struct os_object *o, const struct os_slot *slot, void *own)
{
	uintptr_t to = __atomic_load_n(slot->at, __ATOMIC_RELAXED);

	return slot->is_call && (to == (uintptr_t)own || (to >= o->start && to < o->end));
}

static void lead(const struct os_object *o, const char *name, const struct os_slot *slot,
		 void *counted)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		struct os_slot led = *slot;

		if (strcmp(name, entries[i].name) || !leads_here(o, slot, entries[i].own))
			continue;
		led.to = (uintptr_t)(*(const bool *)counted ? entries[i].counted :
							      entries[i].direct);
		os_slot_set(&led);
	}
}

static void lead_all(const struct os_object *o, void *counted)
{
	u64 set = 0;

	if (os_dl_is_ours((void *)o->start) || jemalloc_is(o))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		set |= os_slot_set_of(entries[i].name);
	os_object_slots(o, set, lead, counted);
}

/* In the order in which the loader looks. */
static void note_first(const struct os_object *o, void *first)
{
	uintptr_t *definer = first;

	for (size_t i = 0; o->dynamic && i < ARRAY_SIZE(entries); i++)
		if (!definer[i] && os_dl_may_define(o->bias, o->dynamic, entries[i].name))
			definer[i] = o->start;
}

static bool malloc_is_ours(void)
{
	uintptr_t definer[ARRAY_SIZE(entries)] = { 0 };
	bool ours = os_objects_each(note_first, definer);

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		ours &= definer[i] && os_dl_is_ours((void *)definer[i]);
	return ours;
}

static bool led; /* slots are led at all */
static u64 added; /* objects that were ever loaded when they were */

/* Under the loader's lock, or in our constructor: nothing is relocated. */
static void lead_added(void)
{
	bool counted = slab_counting || alloc_tags_on || buffers_armed;
	u64 now;

	if (os_objects_added(&now))
		WRITE_ONCE(added, now);
	os_objects_each(lead_all, &counted);
}

/* By a tool of valgrind's, which does it while the function runs: the symbol is ours. */
static bool malloc_is_replaced(void)
{
	void *(*volatile get)(size_t) = malloc;
	void *p = os_is_valgrind() ? get(1) : NULL;
	bool replaced = p && !in_direct_map(p);

	free(p);
	return replaced;
}

static bool direct_is_wanted(void)
{
	return slab_armed && !slab_no_hits && !context_always && !gfp_by_caller &&
	       malloc_is_ours() && !malloc_is_replaced();
}

void direct_calls(void)
{
	int saved = errno;

	if (direct_is_wanted()) {
		WRITE_ONCE(led, true);
		lead_added();
	}
	errno = saved;
}

/* Refused by the loader: the next who comes by looks again. */
static void direct_look(void)
{
	int saved = errno;
	u64 now;

	if (!READ_ONCE(led) || !os_loader_trylock_outside())
		return;
	if (os_objects_added(&now) && now != READ_ONCE(added))
		lead_added();
	os_loader_unlock();
	errno = saved;
}

void direct_calls_late(void)
{
	WRITE_ONCE(led, direct_is_wanted());
	direct_look();
}

/* One thread's turn is enough, and a count that is off by some is as good. */
void direct_missed(void)
{
	static u32 missed;
	u32 n = READ_ONCE(missed) + 1;

	WRITE_ONCE(missed, n);
	if (unlikely(n % MISSED_MOST == 0))
		direct_look();
}
