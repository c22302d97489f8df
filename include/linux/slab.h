/* SPDX-License-Identifier: MIT */
/*
 * <linux/slab.h> of Linux 6.12: kmalloc, kvmalloc, caches. Contexts: what takes
 * flags may sleep if they have __GFP_DIRECT_RECLAIM; kfree, kmem_cache_free and
 * ksize never do; kvfree does where the memory is vmalloc's; making, shrinking and
 * destroying caches does.
 *
 * The cap of kmalloc is option kmalloc_max, 128 KiB; KMALLOC_MAX_SIZE is that, and may
 * be defined before. Multiplications that overflow are NULL. Nodes are none but 0. Flag
 * values: <kmemu/slab.h>.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <kmemu/slab.h>
#include <kmemu/kernel_types.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/kasan.h>
#include <linux/rcupdate.h>

#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define ARCH_KMALLOC_MINALIGN ARCH_DMA_MINALIGN
#define ARCH_SLAB_MINALIGN 8

static __always_inline unsigned int arch_slab_minalign(void)
{
	return ARCH_SLAB_MINALIGN;
}

/* With one of these a request is not of the caches kmalloc-*. */
#define KMALLOC_NOT_NORMAL_BITS (__GFP_RECLAIMABLE | __GFP_DMA | __GFP_ACCOUNT)
#define KMALLOC_SHIFT_LOW 3
#define KMALLOC_SHIFT_HIGH (PAGE_SHIFT + 1)
#define KMALLOC_MIN_SIZE (1 << KMALLOC_SHIFT_LOW)
#define KMALLOC_MAX_CACHE_SIZE (1UL << KMALLOC_SHIFT_HIGH)
#ifndef KMALLOC_MAX_SIZE
#define KMALLOC_MAX_SIZE (128UL << 10)
#endif

#define SLAB_CONSISTENCY_CHECKS KMEMU_SLAB_CONSISTENCY_CHECKS
#define SLAB_RED_ZONE KMEMU_SLAB_RED_ZONE
#define SLAB_POISON KMEMU_SLAB_POISON
#define SLAB_KMALLOC KMEMU_SLAB_KMALLOC
#define SLAB_HWCACHE_ALIGN KMEMU_SLAB_HWCACHE_ALIGN
#define SLAB_CACHE_DMA KMEMU_SLAB_CACHE_DMA
#define SLAB_CACHE_DMA32 KMEMU_SLAB_CACHE_DMA32
#define SLAB_STORE_USER KMEMU_SLAB_STORE_USER
#define SLAB_PANIC KMEMU_SLAB_PANIC
#define SLAB_TYPESAFE_BY_RCU KMEMU_SLAB_TYPESAFE_BY_RCU
#define SLAB_TRACE KMEMU_SLAB_TRACE
#define SLAB_DEBUG_OBJECTS ((slab_flags_t)0)
#define SLAB_NOLEAKTRACE KMEMU_SLAB_NOLEAKTRACE
#define SLAB_NO_MERGE KMEMU_SLAB_NO_MERGE
#define SLAB_FAILSLAB KMEMU_SLAB_FAILSLAB
#define SLAB_ACCOUNT KMEMU_SLAB_ACCOUNT
#define SLAB_KASAN ((slab_flags_t)0)
#define SLAB_NO_USER_FLAGS KMEMU_SLAB_NO_USER_FLAGS
#define SLAB_SKIP_KFENCE KMEMU_SLAB_SKIP_KFENCE
#define SLAB_RECLAIM_ACCOUNT KMEMU_SLAB_RECLAIM_ACCOUNT
#define SLAB_TEMPORARY SLAB_RECLAIM_ACCOUNT
#define SLAB_NO_OBJ_EXT ((slab_flags_t)0)

struct kmem_cache;
struct list_lru;

/* Allocation profiling: the caller is known without a tag. */
#ifndef alloc_hooks
#define alloc_hooks(do_alloc) (do_alloc)
#endif

static __always_inline bool slab_is_available(void)
{
	return true;
}

/* --- kmalloc */

static __always_inline void *kmalloc(size_t size, gfp_t flags)
{
	if (__builtin_constant_p(flags) && flags == GFP_KERNEL && __builtin_constant_p(size) &&
	    size > 8)
		return kmemu_kmalloc_kernel(size);
	return kmemu_kmalloc(size, flags);
}

__kmemu_c void *kzalloc(size_t size, gfp_t flags) __kmemu_is(kmemu_kzalloc);

static __always_inline void *kmalloc_node(size_t size, gfp_t flags, int node)
{
	(void)node;
	return kmalloc(size, flags);
}

static __always_inline void *kzalloc_node(size_t size, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kzalloc(size, flags);
}

static __always_inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmemu_kmalloc(bytes, flags);
}

static __always_inline void *kmalloc_array_node(size_t n, size_t size, gfp_t flags, int node)
{
	(void)node;
	return kmalloc_array(n, size, flags);
}

static __always_inline void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmemu_kzalloc(bytes, flags);
}

static __always_inline void *kcalloc_node(size_t n, size_t size, gfp_t flags, int node)
{
	(void)node;
	return kcalloc(n, size, flags);
}

#define kmalloc_track_caller(size, flags) kmemu_kmalloc(size, flags)
#define kmalloc_node_track_caller(size, flags, node) kmalloc_node(size, flags, node)

/*
 * p NULL allocates; new_size 0 frees and is ZERO_SIZE_PTR; within the bucket p stays,
 * and with __GFP_ZERO the rest of the bucket is cleared; else a new object gets the
 * old bucket's bytes. NULL: p is still valid.
 */
__kmemu_c void *krealloc(const void *p, size_t new_size, gfp_t flags) __kmemu_is(kmemu_krealloc);

static __always_inline void *krealloc_array(void *p, size_t new_n, size_t new_size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(new_n, new_size, &bytes) ? NULL :
								 kmemu_krealloc(p, bytes, flags);
}

__kmemu_c void kfree(const void *p) __kmemu_is(kmemu_kfree);
__kmemu_c size_t ksize(const void *p) __kmemu_is(kmemu_ksize);
/* Cleared to its last usable byte, and the compiler may not leave that out. */
__kmemu_c void kfree_sensitive(const void *p) __kmemu_is(kmemu_kfree_sensitive);
__kmemu_c size_t kmalloc_size_roundup(size_t size) __kmemu_is(kmemu_kmalloc_size_roundup);

/* Which of kmalloc's caches: kernel's index, 0 for no bytes, -1: none. */
static __always_inline int kmalloc_index(size_t size)
{
	if (!size)
		return 0;
	if (size <= 8)
		return 3;
	if (size > 64 && size <= 96)
		return 1;
	if (size > 128 && size <= 192)
		return 2;
	return size <= KMALLOC_MAX_CACHE_SIZE ? 64 - __builtin_clzl(size - 1) : -1;
}

/* --- kvmalloc */

__kmemu_c void *kvmalloc(size_t size, gfp_t flags) __kmemu_is(kmemu_kvmalloc);
__kmemu_c void *kvzalloc(size_t size, gfp_t flags) __kmemu_is(kmemu_kvzalloc);

static __always_inline void *kvmalloc_node(size_t size, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kvmalloc(size, flags);
}

static __always_inline void *kvzalloc_node(size_t size, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kvzalloc(size, flags);
}

static __always_inline void *kvmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmemu_kvmalloc(bytes, flags);
}

static __always_inline void *kvcalloc(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmemu_kvzalloc(bytes, flags);
}

static __always_inline void *kvcalloc_node(size_t n, size_t size, gfp_t flags, int node)
{
	(void)node;
	return kvcalloc(n, size, flags);
}

__kmemu_c void *kvrealloc(const void *p, size_t size, gfp_t flags) __kmemu_is(kmemu_kvrealloc);
__kmemu_c void kvfree(const void *p) __kmemu_is(kmemu_kvfree);
__kmemu_c void kvfree_sensitive(const void *p, size_t size) __kmemu_is(kmemu_kvfree_sensitive);

/* --- caches */

#define kmem_cache_args kmemu_cache_args

__kmemu_c struct kmem_cache *__kmem_cache_create_args(const char *name, unsigned int size,
						      const struct kmem_cache_args *args,
						      slab_flags_t flags)
	__kmemu_is(kmemu_kmem_cache_create_args);
__kmemu_c struct kmem_cache *__kmem_cache_create(const char *name, unsigned int size,
						 unsigned int align, slab_flags_t flags,
						 void (*ctor)(void *))
	__kmemu_is(kmemu_kmem_cache_create);

static __always_inline struct kmem_cache *__kmem_cache_default_args(const char *name,
								    unsigned int size,
								    const void *no_args,
								    slab_flags_t flags)
{
	(void)no_args;
	return kmemu_kmem_cache_create_args(name, size, NULL, flags);
}

/* (name, size, &args or NULL, flags), or as before 6.12 (name, size, align, flags, ctor) */
#ifdef __cplusplus
#define kmem_cache_create __kmem_cache_create
#else
#define kmem_cache_create(name, size, args, ...)                      \
	_Generic((args),                                              \
		struct kmem_cache_args *: __kmem_cache_create_args,   \
		const struct kmem_cache_args *: __kmem_cache_create_args, \
		void *: __kmem_cache_default_args,                    \
		default: __kmem_cache_create)(name, size, args, __VA_ARGS__)
#endif

static __always_inline struct kmem_cache *
kmem_cache_create_usercopy(const char *name, unsigned int size, unsigned int align,
			   slab_flags_t flags, unsigned int useroffset, unsigned int usersize,
			   void (*ctor)(void *))
{
	struct kmem_cache_args args = { align, useroffset, usersize, 0, false, ctor };

	return kmemu_kmem_cache_create_args(name, size, &args, flags);
}

#define KMEM_CACHE(type, flags) \
	__kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), (flags), NULL)
#define KMEM_CACHE_USERCOPY(type, flags, field)                                               \
	kmem_cache_create_usercopy(#type, sizeof(struct type), __alignof__(struct type), (flags), \
				   __builtin_offsetof(struct type, field),                    \
				   sizeof(((struct type *)0)->field), NULL)

__kmemu_c void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
	__kmemu_is(kmemu_kmem_cache_alloc);

static __always_inline void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kmem_cache_alloc(s, flags);
}

static __always_inline void *kmem_cache_alloc_lru(struct kmem_cache *s, struct list_lru *lru,
						  gfp_t flags)
{
	(void)lru;
	return kmemu_kmem_cache_alloc(s, flags);
}

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags)
{
	return kmemu_kmem_cache_alloc(s, flags | __GFP_ZERO);
}

/* size bytes of s, whose objects may have more: the rest may be a red zone. */
static __always_inline void *__kmalloc_cache_noprof(struct kmem_cache *s, gfp_t flags, size_t size)
{
	return kmemu_kmalloc_from_cache(s, flags, size);
}

static __always_inline bool kmem_cache_charge(void *p, gfp_t flags)
{
	(void)p;
	(void)flags;
	return true;
}

__kmemu_c void kmem_cache_free(struct kmem_cache *s, void *p) __kmemu_is(kmemu_kmem_cache_free);

/* nr objects, and nr; or none, and 0. */
__kmemu_c int kmem_cache_alloc_bulk(struct kmem_cache *s, gfp_t flags, size_t nr, void **p)
	__kmemu_is(kmemu_kmem_cache_alloc_bulk);
__kmemu_c void kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p)
	__kmemu_is(kmemu_kmem_cache_free_bulk);

static __always_inline void kfree_bulk(size_t nr, void **p)
{
	kmemu_kmem_cache_free_bulk(NULL, nr, p);
}

/* With objects left it is a finding, and the cache serves no more allocations. */
__kmemu_c void kmem_cache_destroy(struct kmem_cache *s) __kmemu_is(kmemu_kmem_cache_destroy);
__kmemu_c int kmem_cache_shrink(struct kmem_cache *s) __kmemu_is(kmemu_kmem_cache_shrink);
__kmemu_c unsigned int kmem_cache_size(struct kmem_cache *s) __kmemu_is(kmemu_kmem_cache_size);

/* --- by the names that allocation profiling gives them */

#define kmalloc_noprof kmalloc
#define kzalloc_noprof kzalloc
#define kmalloc_node_noprof kmalloc_node
#define kmalloc_array_noprof kmalloc_array
#define kcalloc_noprof kcalloc
#define krealloc_noprof krealloc
#define krealloc_array_noprof krealloc_array
#define kvmalloc_noprof kvmalloc
#define kvmalloc_node_noprof kvmalloc_node
#define kvmalloc_array_noprof kvmalloc_array
#define kvzalloc_noprof kvzalloc
#define kvrealloc_noprof kvrealloc
#define kmem_cache_alloc_noprof kmem_cache_alloc
#define kmem_cache_alloc_node_noprof kmem_cache_alloc_node
#define kmem_cache_alloc_lru_noprof kmem_cache_alloc_lru
#define kmem_cache_alloc_bulk_noprof kmem_cache_alloc_bulk

#ifndef __cplusplus
/* Of a scope's end: __free(kfree). */
#include <linux/cleanup.h>
#include <linux/err.h>
DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))
#endif

#ifndef __cplusplus

/* One, or an array, of a type; GFP_KERNEL where no flags are given. */
#define __kmemu_default_gfp_(a, b, ...) b
#define default_gfp(...) __kmemu_default_gfp_(a, ##__VA_ARGS__, GFP_KERNEL)
#define __alloc_objs(KMALLOC, GFP, TYPE, COUNT) \
	((TYPE *)KMALLOC(size_mul(sizeof(TYPE), (COUNT)), GFP))
#define __alloc_flex(KMALLOC, GFP, TYPE, FAM, COUNT) \
	((TYPE *)KMALLOC(struct_size_t(TYPE, FAM, COUNT), GFP))
#define kmalloc_obj(P, ...) __alloc_objs(kmalloc, default_gfp(__VA_ARGS__), __typeof__(P), 1)
#define kmalloc_objs(P, COUNT, ...) \
	__alloc_objs(kmalloc, default_gfp(__VA_ARGS__), __typeof__(P), COUNT)
#define kmalloc_flex(P, FAM, COUNT, ...) \
	__alloc_flex(kmalloc, default_gfp(__VA_ARGS__), __typeof__(P), FAM, COUNT)
#define kzalloc_obj(P, ...) __alloc_objs(kzalloc, default_gfp(__VA_ARGS__), __typeof__(P), 1)
#define kzalloc_objs(P, COUNT, ...) \
	__alloc_objs(kzalloc, default_gfp(__VA_ARGS__), __typeof__(P), COUNT)
#define kzalloc_flex(P, FAM, COUNT, ...) \
	__alloc_flex(kzalloc, default_gfp(__VA_ARGS__), __typeof__(P), FAM, COUNT)
#define kvmalloc_obj(P, ...) __alloc_objs(kvmalloc, default_gfp(__VA_ARGS__), __typeof__(P), 1)
#define kvmalloc_objs(P, COUNT, ...) \
	__alloc_objs(kvmalloc, default_gfp(__VA_ARGS__), __typeof__(P), COUNT)
#define kvzalloc_obj(P, ...) __alloc_objs(kvzalloc, default_gfp(__VA_ARGS__), __typeof__(P), 1)
#define kvzalloc_objs(P, COUNT, ...) \
	__alloc_objs(kvzalloc, default_gfp(__VA_ARGS__), __typeof__(P), COUNT)

#define kvmalloc_flex(P, FAM, COUNT, ...) \
	__alloc_flex(kvmalloc, default_gfp(__VA_ARGS__), __typeof__(P), FAM, COUNT)
#define kvzalloc_flex(P, FAM, COUNT, ...) \
	__alloc_flex(kvzalloc, default_gfp(__VA_ARGS__), __typeof__(P), FAM, COUNT)

/* Of a slab: the rest of a line that the caller has begun; false: it is none of one. */
static inline bool kmem_dump_obj(void *object)
{
	return kmemu_kmem_dump_obj(object);
}

/* Separate caches for what users size (SLAB_BUCKETS) are off: these are kmalloc's. */
typedef struct kmem_cache *kmem_buckets[14];

static inline kmem_buckets *kmem_buckets_create(const char *name, slab_flags_t flags,
						unsigned int useroffset, unsigned int usersize,
						void (*ctor)(void *))
{
	(void)name;
	(void)flags;
	(void)useroffset;
	(void)usersize;
	(void)ctor;
	return (kmem_buckets *)ZERO_SIZE_PTR;
}

#define kmem_buckets_alloc(b, size, flags) ((void)(b), kmalloc(size, flags))
#define kmem_buckets_alloc_track_caller(b, size, flags) \
	((void)(b), kmalloc_track_caller(size, flags))
#define kmem_buckets_valloc(b, size, flags) ((void)(b), kvmalloc(size, flags))

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/percpu-refcount.h>
#include <linux/percpu_counter.h>
#endif

#endif /* _LINUX_SLAB_H */
