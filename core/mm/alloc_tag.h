/*
 * alloc_tag.h - who allocated what is alive, by call site (kernel:
 * lib/alloc_tag.c, include/linux/alloc_tag.h). On with leak= other than off, and
 * with advise=, contig= and usercopy=.
 */
#pragma once

#include "core/os/compiler.h"
#include "core/os/plan.h"

struct view_reader;

#define NR_ALLOC_TAGS (1U << 16)

/* What is alive of one call site. */
struct alloc_tag_counters {
	u64 pc; /* return address of the call */
	u64 bytes; /* of the objects, as kmalloc rounds them up */
	u64 calls; /* objects */
};

/* What a reader of another process needs, in that process's addresses. */
struct alloc_tag_roots {
	u64 pcs; /* u64[NR_ALLOC_TAGS] by tag, 0: never used; NULL: off */
	u64 frame_runs; /* struct frame_runs */
	u64 vmap; /* struct vmap */
	u64 areas; /* struct vmap_area[] */
};

extern bool alloc_tags_on;
extern bool alloc_tags_paused; /* what is allocated now is kmemu's own */
extern struct alloc_tag_roots alloc_tag_roots; /* this process's */

void alloc_tag_init(void);
/* Call sites by place, to be compared with a caller's address; NULL: off. */
const u64 *alloc_tag_sites(void);

/* Where a call site is looked for first; its tag is 1 more. */
static __always_inline u32 alloc_tag_place(u64 pc)
{
	return (u32)(pc * 0x9e3779b97f4a7c15ULL >> 48);
}

/* The tag of an object, by its mark's index. */
static __always_inline u32 *alloc_tag_at(unsigned long mark)
{
	return (u32 *)(TAGS_BASE + sizeof(u32) * mark);
}

/*
 * From now on the loader can be asked and stacks can be unwound: libraries that
 * act for their caller are looked through. Outside handlers.
 */
void alloc_tag_start(void);
bool alloc_tag_is_started(void);
/* Remembers that `caller` allocated p. */
void alloc_tag_set(const void *p, const void *caller);

/* --- for who keeps more of each call site (core/check/advise.c) --- */

/* The tag of a call site, made if it is new; 0: there is no room. */
u32 alloc_tag_of(u64 pc);
/* What is loaded at this tag's address is gone: the next one there gets a new tag. */
void alloc_tag_retire(u32 tag);
/* 0: not used, or retired. */
u64 alloc_tag_pc(u32 tag);
void alloc_tag_put(const void *p, u32 tag);
/*
 * The tag of a live object that has one of its own, and the object's bytes, in
 * one word; 0: none. p may be anything.
 */
u64 alloc_tag_block(const void *p);

#define BLOCK_TAG_BITS 17

static inline u32 block_tag(u64 block)
{
	return (u32)block & ((1U << BLOCK_TAG_BITS) - 1);
}

static inline u64 block_bytes(u64 block)
{
	return block >> BLOCK_TAG_BITS;
}

/* p is kmemu's own. */
void alloc_tag_clear(const void *p);

static inline void alloc_tag_none(const void *p)
{
	if (unlikely(alloc_tags_on))
		alloc_tag_clear(p);
}

/* The call site of a tag, as read through r; 0: it has none. */
u64 alloc_tag_site(const struct view_reader *r, const struct alloc_tag_roots *roots, u32 tag);

/*
 * Counts what is alive, most bytes first, as read through r: writes up to n
 * counters, returns how many call sites there are; -ENOMEM, -EFAULT. What
 * changes meanwhile may be in it or not.
 */
long alloc_tag_top_users(const struct view_reader *r, const struct alloc_tag_roots *roots,
			 struct alloc_tag_counters *counters, size_t n);
