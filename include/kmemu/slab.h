/* SPDX-License-Identifier: MIT */
/*
 * slab.h - what caches are, beyond kmemu.h: all flags, arguments, bulk, debug
 * caches. <linux/slab.h> has it by the kernel's names.
 *
 * Flags keep the values that they had up to 6.8; since then they depend on the
 * kernel's configuration, and nobody may count on them.
 */
#ifndef KMEMU_SLAB_H
#define KMEMU_SLAB_H

#include "kmemu.h"

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __cplusplus
typedef bool kmemu_bool;
#else
typedef _Bool kmemu_bool;
#endif

/* A cache with one of these five is a debug cache: slow, and checked. */
#define KMEMU_SLAB_CONSISTENCY_CHECKS 0x100u /* each alloc and free is checked */
#define KMEMU_SLAB_RED_ZONE 0x400u /* bytes around the object that nobody may write */
#define KMEMU_SLAB_POISON 0x800u /* free objects hold 0x6b, and 0xa5 at the end */
#define KMEMU_SLAB_STORE_USER 0x10000u /* who allocated and freed it last */
#define KMEMU_SLAB_TRACE 0x200000u /* each call is printed */
#define KMEMU_SLAB_DEBUG_FLAGS                                                            \
	(KMEMU_SLAB_CONSISTENCY_CHECKS | KMEMU_SLAB_RED_ZONE | KMEMU_SLAB_POISON |        \
	 KMEMU_SLAB_STORE_USER | KMEMU_SLAB_TRACE)

#define KMEMU_SLAB_KMALLOC 0x1000u /* objects may be larger than what was asked for */
#define KMEMU_SLAB_NOLEAKTRACE 0x800000u
#define KMEMU_SLAB_NO_MERGE 0x1000000u /* never one with another cache */
#define KMEMU_SLAB_FAILSLAB 0x2000000u
#define KMEMU_SLAB_NO_USER_FLAGS 0x10000000u /* slub_debug= does not concern it */
#define KMEMU_SLAB_SKIP_KFENCE 0x20000000u

/*
 * What struct kmem_cache begins with (kernel: struct kmem_cache of mm/slab.h). Bytes.
 * For tests of the allocator only; everything else takes the functions below.
 */
#define KMEMU_CACHE_FIELDS                                                                \
	unsigned int flags; /* KMEMU_SLAB_* */                                            \
	unsigned int offset; /* of the free pointer in the object */                      \
	unsigned int object_size; /* what was asked for */                                \
	unsigned int size; /* from one object to the next: padding and debug data, too */ \
	unsigned int inuse; /* object and red zone: what follows is debug data */         \
	unsigned int align;                                                               \
	unsigned int red_left_pad; /* debug: bytes before the object */                   \
	unsigned int useroffset, usersize; /* what may be copied to and from user space */

/* Kernel: struct kmem_cache_args. All 0 is what kmem_cache_create(name, size, NULL, 0) takes. */
struct kmemu_cache_args {
	unsigned int align; /* bytes, a power of two; 0: a word */
	unsigned int useroffset, usersize; /* of the object; 0, 0: nothing may be copied */
	unsigned int freeptr_offset; /* with use_freeptr_offset, for SLAB_TYPESAFE_BY_RCU */
	kmemu_bool use_freeptr_offset;
	void (*ctor)(void *); /* once for each object when its slab is made */
};

/*
 * kmemu_kmem_cache_create_args (mm/slab_common.c __kmem_cache_create_args): args may
 * be NULL. May sleep. A cache of the same shape is shared, as the kernel merges
 * caches, unless slab_nomerge=1, KMEMU_SLAB_NO_MERGE, a constructor, a usercopy
 * region or a debug flag keeps it apart. NULL, and a finding (kind cache-create):
 * name NULL, size 0 or above 4 MiB, flags that are no flags of a cache, align no
 * power of two, or no memory; with KMEMU_SLAB_PANIC the process aborts.
 */
struct kmem_cache *kmemu_kmem_cache_create_args(const char *name, unsigned int size,
						const struct kmemu_cache_args *args,
						unsigned int flags);
/*
 * kmemu_kmem_cache_alloc_bulk (mm/slub.c): nr objects at p[0] on, and returns nr; or
 * none, and 0. kmemu_kmem_cache_free_bulk: s may be NULL, then each object goes to its
 * own cache (kfree_bulk). Contexts as alloc and free.
 */
int kmemu_kmem_cache_alloc_bulk(struct kmem_cache *s, kmemu_gfp_t flags, size_t nr, void **p);
void kmemu_kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p);
/*
 * kmemu_kmalloc_from_cache (mm/slub.c __kmalloc_cache_noprof): size bytes of s, which
 * may be less than its objects have: with KMEMU_SLAB_KMALLOC, red zone and store user
 * the rest is red zone.
 */
void *kmemu_kmalloc_from_cache(struct kmem_cache *s, kmemu_gfp_t flags, size_t size);
/* The name that the cache was made with, or that of the cache it is merged with. */
const char *kmemu_kmem_cache_name(const struct kmem_cache *s);
/*
 * kmemu_validate_slab_cache (mm/slub.c validate_slab_cache): looks at all objects of
 * a debug cache, of any other at its counters. How many errors were found; each is
 * reported (kind slab-corruption), and mended as the kernel does. Not for handlers.
 */
int kmemu_validate_slab_cache(struct kmem_cache *s);
/* kmemu_kmalloc(size, GFP_KERNEL) of more than 8 bytes, without a look at flags. */
void *kmemu_kmalloc_kernel(size_t size);
/* krealloc, then vmalloc where kvmalloc would; an area stays one (mm/util.c of 6.12). */
void *kmemu_kvrealloc(const void *p, size_t size, kmemu_gfp_t flags);
/* The object is cleared to its end before it is freed. NULL is ignored. */
void kmemu_kfree_sensitive(const void *p);
void kmemu_kvfree_sensitive(const void *p, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_SLAB_H */
