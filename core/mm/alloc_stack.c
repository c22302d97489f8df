// SPDX-License-Identifier: MIT
/*
 * alloc_stack.c - the whole stacks of allocations whose memory devices get (kernel:
 * set_track_prepare() of mm/slub.c, under slub_debug=U).
 *
 * A finding about a buffer names who allocated it. The kernel keeps that beside each
 * object of a debug cache, and so does slub_debug=U here; else there is one address of
 * each object, its call site's (alloc_tag.c). contig.stacks=all unwinds the stack of every
 * allocation, and then no allocation is a hit. That is dear for what may stay on: with
 * contig.stacks=rare those that are rare, and that direct I/O is done with, are unwound:
 *
 *	areas of vmalloc
 *	what was asked for with an alignment, of more than 256 bytes
 *
 * All of these come by slow paths, where one branch more is no cost while this is off.
 *
 * The table has a place for each hash of an address. The hash is a bijection of the
 * address, so the place's number and what is kept in the entry are the address: an entry
 * is one word, and who comes later takes the place.
 *
 *	entry = the hash's low rest_bits << 32 | handle of the stack depot
 *
 * Nobody takes an entry out when the object is freed. Another object at that address has
 * an entry of its own, or it is one of those that have none, and its call site (which every
 * allocation has a tag of) is not in the former stack: then that is not told. A program where
 * one call site gets both kinds from the same address is told an older stack of that site;
 * it would have to reach the same return address by malloc() and by posix_memalign(), inside
 * of a library that is looked through.
 *
 * Of all other objects the stack is kept by which their call site was reached first: one
 * for each tag (alloc_tag.c), when that is made, so no hit knows of it. It is another
 * object's if the site was reached in several ways, so reports say that it is the first's.
 * A site that was met before the loader could be asked has none. Code that dlopen brings to
 * the address of such that is gone is told the former one's.
 *
 * Locks: none. Memory: 512 KiB of addresses (all: 16 MiB) and 256 KiB of tags, what is
 * written of them. Cost: 170 ns (10 frames) for each of those allocations and for each site.
 */
#include "core/mm/alloc_stack.h"

#include "config/options.h"
#include "core/lib/stackdepot.h"
#include "core/mm/alloc_tag.h"
#include "core/os/os.h"
#include "core/report/unwind.h"

#define KEY_BITS  43
#define FIRST_DEPTH 8U /* through wrappers to who wants it; sites are many in an interpreter */
#define KEY_SHIFT 4 /* objects are aligned to 16; addresses have 47 bits */

u8 alloc_stacks_on;
static u64 *entries;
static u32 *first_calls; /* handles, by tag - 1 */
static unsigned int rest_bits;

void alloc_stack_init(bool all)
{
	unsigned int place_bits = all ? 21 : 16;

	rest_bits = KEY_BITS - place_bits;
	entries = os_map_any(sizeof(*entries) << place_bits);
	first_calls = os_map_any(sizeof(*first_calls) * NR_ALLOC_TAGS);
	if (entries && first_calls)
		alloc_stacks_on = all ? ALLOC_STACKS_ALL : ALLOC_STACKS_RARE;
}

static u64 hash_of(const void *p)
{
	return ((u64)p >> KEY_SHIFT) * 0x9e3779b97f4a7c15ULL & ((1ULL << KEY_BITS) - 1);
}

static u64 rest_of(u64 hash)
{
	return hash & ((1ULL << rest_bits) - 1);
}

void alloc_stack_keep(const void *p, const void *caller)
{
	u64 hash = hash_of(p);
	struct stacktrace st;

	if (alloc_tags_paused || !alloc_tag_is_started())
		return;
	stacktrace_save(&st, kmemu_opts.stack_depth, caller);
	WRITE_ONCE(entries[hash >> rest_bits],
		   rest_of(hash) << 32 | stack_depot_save(st.entries, st.nr));
}

u32 alloc_stack_of(const void *p, unsigned long pc)
{
	u64 hash = hash_of(p), entry;
	const unsigned long *frames;
	unsigned int nr;

	if (!alloc_stacks_on || !pc)
		return 0;
	entry = READ_ONCE(entries[hash >> rest_bits]);
	if (entry >> 32 != rest_of(hash))
		return 0;
	nr = stack_depot_fetch((u32)entry, &frames);
	for (unsigned int i = 0; i < nr; i++)
		if (frames[i] == pc)
			return stack_depot_save(frames + i, nr - i);
	return 0;
}

void alloc_stack_keep_first(u32 tag, unsigned long pc)
{
	struct stacktrace st;

	stacktrace_save(&st, min(kmemu_opts.stack_depth, FIRST_DEPTH), (const void *)pc);
	if (st.nr > 1) /* else there is no more than the site */
		WRITE_ONCE(first_calls[tag - 1], stack_depot_save(st.entries, st.nr));
}

u32 alloc_stack_first(u32 tag)
{
	return alloc_stacks_on ? READ_ONCE(first_calls[tag - 1]) : 0;
}
