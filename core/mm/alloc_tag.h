/*
 * alloc_tag.h - who allocated what is alive, by call site (kernel:
 * lib/alloc_tag.c, include/linux/alloc_tag.h). On with leak= other than off.
 */
#pragma once

#include "core/os/compiler.h"

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
/*
 * From now on the loader can be asked and stacks can be unwound: libraries that
 * act for their caller are looked through. Outside handlers.
 */
void alloc_tag_start(void);
/* Remembers that `caller` allocated p. */
void alloc_tag_set(const void *p, const void *caller);
/* p is kmemu's own. */
void alloc_tag_clear(const void *p);

static inline void alloc_tag_none(const void *p)
{
	if (unlikely(alloc_tags_on))
		alloc_tag_clear(p);
}

/*
 * Counts what is alive, most bytes first, as read through r: writes up to n
 * counters, returns how many call sites there are; -ENOMEM, -EFAULT. What
 * changes meanwhile may be in it or not.
 */
long alloc_tag_top_users(const struct view_reader *r, const struct alloc_tag_roots *roots,
			 struct alloc_tag_counters *counters, size_t n);
