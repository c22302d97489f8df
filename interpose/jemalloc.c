// SPDX-License-Identifier: MIT
/*
 * jemalloc.c - a jemalloc that the program is linked with, beside us. Its malloc is
 * not used, as ours comes first; its own names (mallocx) are between the program and
 * it. Two ways lead from one to the other:
 *
 *  - It brings C++'s operators: operator new takes its own memory without calling
 *    anybody, operator delete calls free(), aligned operator new calls aligned_alloc()
 *    and sized operator delete nobody. What is called by name is ours, so each
 *    allocator would be given blocks of the other (blender 3.4 is linked so). Therefore
 *    the slots by which jemalloc calls its own names lead to its own functions, from
 *    the first call of aligned_alloc() or pointer of nobody's on.
 *  - free(), realloc() and malloc_usable_size() of what mallocx() gave. Whose a block is
 *    jemalloc knows: mallctl("arenas.lookup"), there since 5.1. It may only be asked of
 *    addresses near its own: its tree has leaves for 1 GiB (128 MiB with five levels of page
 *    tables), and reads one that is not there. What is not proven so is told as nobody's.
 *
 * Locks: that of the loader's list when it is looked for; jemalloc's. Not while the
 * loader is at work. Cost: a look-up a library, once; a call or two of it a block.
 */
#include <string.h>

#include "core/os/dl.h"
#include "core/os/modules.h"
#include "interpose/interpose.h"

#define LEAF_SHIFT 27
#define NR_LEAVES 64

static const char *const own_names[] = { "malloc",	  "calloc", "realloc", "posix_memalign",
					 "aligned_alloc", "free" };

static struct jemalloc {
	int (*mallctl)(const char *name, void *old, size_t *old_len, void *new, size_t new_len);
	void *(*mallocx)(size_t size, int flags);
	void (*dallocx)(void *p, int flags);
	size_t (*sallocx)(const void *p, int flags);
	void *(*aligned_alloc)(size_t align, size_t size);
} jemalloc;

static bool is_found;
static u64 seen; /* objects that were loaded when none of them was it */
static uintptr_t leaves[NR_LEAVES]; /* that it has, by address >> LEAF_SHIFT */

bool jemalloc_is(const struct os_object *o)
{
	return o->dynamic && os_dl_defines(o->bias, o->dynamic, "mallocx") &&
	       !os_dl_is_ours((void *)o->start);
}

static void lead(const struct os_object *o, const char *name, const struct os_slot *slot, void *arg)
{
	struct os_slot led = *slot;

	(void)arg;
	for (size_t i = 0; i < ARRAY_SIZE(own_names); i++) {
		if (strcmp(name, own_names[i]))
			continue;
		led.to = (uintptr_t)os_dl_function(o->bias, o->dynamic, name);
		if (led.to)
			os_slot_set(&led);
	}
}

static void look_at(const struct os_object *o, void *arg)
{
	struct jemalloc *j = arg;
	u64 set = 0;

	if (j->mallctl || !jemalloc_is(o))
		return;
	*j = (struct jemalloc){
		.mallctl = os_dl_function(o->bias, o->dynamic, "mallctl"),
		.mallocx = os_dl_function(o->bias, o->dynamic, "mallocx"),
		.dallocx = os_dl_function(o->bias, o->dynamic, "dallocx"),
		.sallocx = os_dl_function(o->bias, o->dynamic, "sallocx"),
		.aligned_alloc = os_dl_function(o->bias, o->dynamic, "aligned_alloc"),
	};
	if (!j->mallctl || !j->mallocx || !j->dallocx || !j->sallocx || !j->aligned_alloc)
		*j = (struct jemalloc){ .mallctl = NULL };
	for (size_t i = 0; i < ARRAY_SIZE(own_names); i++)
		set |= os_slot_set_of(own_names[i]);
	os_object_slots(o, set, lead, NULL);
}

/* Two threads may look at once: they write the same. Not in a handler. */
static bool look(void)
{
	struct jemalloc j = { .mallctl = NULL };
	u64 added;

	if (!os_loader_is_consistent() || !os_objects_added(&added) ||
	    added == __atomic_load_n(&seen, __ATOMIC_RELAXED) || !os_objects_each(look_at, &j))
		return false;
	if (!j.mallctl) {
		__atomic_store_n(&seen, added, __ATOMIC_RELAXED);
		return false;
	}
	jemalloc = j;
	__atomic_store_n(&is_found, true, __ATOMIC_RELEASE);
	return true;
}

static bool has_leaf(uintptr_t leaf)
{
	return __atomic_load_n(&leaves[leaf % NR_LEAVES], __ATOMIC_RELAXED) == leaf;
}

/* A block of its own tells of one more; those for this thread lie together. */
static bool find_leaf(uintptr_t leaf)
{
	for (size_t size = 16; !has_leaf(leaf) && size <= 1UL << 20; size <<= 8) {
		void *p = jemalloc.mallocx(size, 0);
		uintptr_t other = (uintptr_t)p >> LEAF_SHIFT;

		__atomic_store_n(&leaves[other % NR_LEAVES], p ? other : 0, __ATOMIC_RELAXED);
		if (p)
			jemalloc.dallocx(p, 0);
	}
	return has_leaf(leaf);
}

static bool is_jemallocs(const void *p)
{
	unsigned int arena;
	size_t len = sizeof(arena);

	return (__atomic_load_n(&is_found, __ATOMIC_ACQUIRE) || look()) &&
	       find_leaf((uintptr_t)p >> LEAF_SHIFT) &&
	       !jemalloc.mallctl("arenas.lookup", &arena, &len, (void *)&p, sizeof(p));
}

bool jemalloc_free(void *p)
{
	if (!is_jemallocs(p))
		return false;
	jemalloc.dallocx(p, 0);
	return true;
}

bool jemalloc_usable_size(const void *p, size_t *n)
{
	if (!is_jemallocs(p))
		return false;
	*n = jemalloc.sallocx(p, 0);
	return true;
}

void *jemalloc_aligned(size_t align, size_t size, const void *caller)
{
	static bool asked;
	struct os_object o;

	if (likely(READ_ONCE(asked)))
		return NULL;
	WRITE_ONCE(asked, true);
	return look() && os_object_find((uintptr_t)caller, &o) && jemalloc_is(&o) ?
		       jemalloc.aligned_alloc(align, size) :
		       NULL;
}
