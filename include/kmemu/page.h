/* SPDX-License-Identifier: MIT */
/*
 * page.h - struct page, whose layout kernel code and the library share
 * (include/linux/mm_types.h of 6.12): 64 bytes for each frame of emulated memory.
 * Kernel code may use lru, mapping, index and private of a page that it has
 * allocated, as there; the rest is the library's, and asked for by functions.
 */
#ifndef KMEMU_PAGE_H
#define KMEMU_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "types.h"

struct kmem_cache;
struct address_space;

struct page {
	uint8_t state; /* enum page_state (core/mm/mm.h) */
	uint8_t order; /* log2 of frames of the block this page heads */
	uint8_t zone; /* enum zone_type */
	uint8_t flags; /* the library's: PAGE_FLAG_* */
	union {
		struct {
			uint16_t inuse; /* slab: objects not free in `free` */
			uint16_t objects; /* slab: objects it holds */
		};
		int32_t refs; /* others: references above the owner's; 0 when free */
	};
	struct list_head lru; /* free list, the node's partial list; else the owner's */
	union {
		struct kmem_cache *slab_cache; /* slab: its cache */
		struct address_space *mapping; /* allocated: the owner's */
		const void *vmalloc; /* a frame of vmalloc: the page's address there */
	};
	union {
		uint64_t free[4]; /* slab of <= 256 objects: bit set = free */
		uint64_t *free_far; /* slab of more: a kmalloc-64 object */
		struct {
			union {
				uint64_t freed_ms; /* buddy: when it was freed (0: clean) */
				unsigned long page_flags; /* allocated: PG_* of the owner */
			};
			size_t requested; /* kmalloc_large: bytes asked for; else 0 */
			unsigned long index; /* allocated: the owner's */
#ifdef __cplusplus
			unsigned long private_; /* a word that C++ keeps for itself */
#else
			unsigned long private; /* allocated: the owner's */
#endif
		};
	};
};

#endif /* KMEMU_PAGE_H */
