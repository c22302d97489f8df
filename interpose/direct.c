/*
 * direct.c - calls of malloc, calloc and free while something is armed (kernel:
 * static keys: what is on is patched into the code's way).
 *
 * The hit paths know no check. When something is armed their tables are empty,
 * so that each call is a miss and the slow path judges it (core/mm/armed.h). That
 * is right for every call, and costs a miss before each hit. So the calls that
 * can be told are led to entries without it: the jump slots of the modules that
 * are loaded then. Slots that hold an address which the program may compare
 * or keep stay as they are, and so does whoever asks
 * dlsym: they take the longer way to the same end. Of what is loaded later the slots
 * are led when that way was gone MISSED_MOST times.
 *
 * A slot is changed only if malloc of the process is ours, and this slot leads
 * to it or is not bound yet. Slots behind RELRO are writable for a moment;
 * where that is refused (a filter) nothing changes.
 *
 * With contexts alone that begins when a handler is installed or something is raised
 * (start.c): before, hits are hits.
 *
 * Locks: that of the loader's list, for reading. Cost: off, nothing; armed, once
 * a look through each module's relocations.
 */
#include <errno.h>

#include "core/check/buffers.h"
#include "core/lib/preempt.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"
#include "core/os/dl.h"
#include "core/os/modules.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

#define MISSED_MOST 16384

extern __hidden const char own_malloc[], own_calloc[], own_free[];

static const struct {
	const char *name;
	const void *is;
	void *direct, *counted;
} entries[] = {
	{ "malloc", own_malloc, (void *)malloc_direct, (void *)malloc_counted },
	{ "calloc", own_calloc, (void *)calloc_direct, (void *)calloc_counted },
	{ "free", own_free, (void *)free_direct, (void *)free_counted },
};

/* Bound to us, or by its own stub to what the loader will find. */
static bool leads_here(const struct os_object *o, const struct os_slot *slot, const void *is)
{
	uintptr_t to = __atomic_load_n(slot->at, __ATOMIC_RELAXED);

	return slot->is_call && (to == (uintptr_t)is || (to >= o->start && to < o->end));
}

static void lead(const struct os_object *o, size_t entry, bool counted)
{
	struct os_slot slot[4];
	unsigned int n = os_object_slots(o, entries[entry].name, slot, ARRAY_SIZE(slot));

	for (unsigned int i = 0; i < n; i++) {
		if (!leads_here(o, &slot[i], entries[entry].is))
			continue;
		slot[i].to = (uintptr_t)(counted ? entries[entry].counted : entries[entry].direct);
		os_slot_set(&slot[i]);
	}
}

static void lead_all(const struct os_object *o, void *counted)
{
	if (os_dl_is_ours((void *)o->start))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		lead(o, i, *(const bool *)counted);
}

/* A bit for each entry. Objects come in the order in which they are searched. */
struct first_definers {
	u32 met, ours;
};

static void note_definers(const struct os_object *o, void *arg)
{
	struct first_definers *first = arg;

	for (size_t i = 0; o->dynamic && i < ARRAY_SIZE(entries); i++) {
		u32 bit = 1U << i;

		if (first->met & bit || !os_dl_defines(o->bias, o->dynamic, entries[i].name))
			continue;
		first->met |= bit;
		if (os_dl_is_ours((const void *)o->start))
			first->ours |= bit;
	}
}

/*
 * Of the process, whoever defines it first: a program's own, and one that wraps ours,
 * stay in the way. What has no table of the newer kind is asked for a block.
 */
static bool malloc_is_ours(void)
{
	struct first_definers first = { 0, 0 };

	os_objects_each(note_definers, &first);
	return first.ours == (1U << ARRAY_SIZE(entries)) - 1 && !foreign_allocator_is_malloc();
}

static bool led; /* slots are led at all */
static unsigned long loaded; /* objects when they were */

static void lead_loaded(void)
{
	bool counted = slab_counting || alloc_tags_on || buffers_armed;

	loaded = os_objects_loaded();
	os_objects_each(lead_all, &counted);
}

void direct_calls(void)
{
	int saved = errno;

	if (slab_armed && !slab_no_hits && !context_always && !gfp_by_caller && malloc_is_ours()) {
		led = true;
		lead_loaded();
	}
	errno = saved;
}

/* One thread's turn is enough, and a count that is off by some is as good. */
void direct_missed(void)
{
	static u32 missed;
	u32 n = READ_ONCE(missed) + 1;
	unsigned long now;
	int saved;

	WRITE_ONCE(missed, n);
	if (likely(n % MISSED_MOST) || !led)
		return;
	saved = errno;
	now = os_objects_loaded();
	if (now && now != loaded)
		lead_loaded();
	errno = saved;
}
