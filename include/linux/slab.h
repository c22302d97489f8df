/* SPDX-License-Identifier: MIT */
/*
 * <linux/slab.h> of Linux 6.12: kmalloc, kvmalloc, caches. The cap of kmalloc is
 * option kmalloc_max (128 KiB). Multiplications that overflow are NULL.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/gfp.h>

#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

#define ARCH_KMALLOC_MINALIGN 8

#define SLAB_HWCACHE_ALIGN KMEMU_SLAB_HWCACHE_ALIGN
#define SLAB_CACHE_DMA KMEMU_SLAB_CACHE_DMA
#define SLAB_CACHE_DMA32 KMEMU_SLAB_CACHE_DMA32
#define SLAB_RECLAIM_ACCOUNT KMEMU_SLAB_RECLAIM_ACCOUNT
#define SLAB_PANIC KMEMU_SLAB_PANIC
#define SLAB_TYPESAFE_BY_RCU KMEMU_SLAB_TYPESAFE_BY_RCU
#define SLAB_ACCOUNT KMEMU_SLAB_ACCOUNT

/* --- kmalloc */

__kmemu_c void *kmalloc(size_t size, gfp_t flags) __kmemu_is(kmemu_kmalloc);
__kmemu_c void *kzalloc(size_t size, gfp_t flags) __kmemu_is(kmemu_kzalloc);

static __always_inline void *kmalloc_node(size_t size, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kmalloc(size, flags);
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

static __always_inline void *kcalloc(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(n, size, &bytes) ? NULL : kmemu_kzalloc(bytes, flags);
}

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
static __always_inline void kfree_sensitive(const void *p)
{
	__builtin_memset((void *)p, 0, kmemu_ksize(p));
	__asm__ __volatile__("" : : "r"(p) : "memory");
	kmemu_kfree(p);
}

__kmemu_c size_t kmalloc_size_roundup(size_t size) __kmemu_is(kmemu_kmalloc_size_roundup);

/* --- kvmalloc */

__kmemu_c void *kvmalloc(size_t size, gfp_t flags) __kmemu_is(kmemu_kvmalloc);
__kmemu_c void *kvzalloc(size_t size, gfp_t flags) __kmemu_is(kmemu_kvzalloc);

static __always_inline void *kvmalloc_node(size_t size, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kvmalloc(size, flags);
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

__kmemu_c void kvfree(const void *p) __kmemu_is(kmemu_kvfree);

/* --- caches */

struct kmem_cache;

__kmemu_c struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
					       unsigned int align, slab_flags_t flags,
					       void (*ctor)(void *))
	__kmemu_is(kmemu_kmem_cache_create);

#define KMEM_CACHE(type, flags) \
	kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), (flags), NULL)

__kmemu_c void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
	__kmemu_is(kmemu_kmem_cache_alloc);

static __always_inline void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kmem_cache_alloc(s, flags);
}

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags)
{
	return kmemu_kmem_cache_alloc(s, flags | __GFP_ZERO);
}

__kmemu_c void kmem_cache_free(struct kmem_cache *s, void *p) __kmemu_is(kmemu_kmem_cache_free);

/* With objects left it stays, and nothing is said. */
__kmemu_c void kmem_cache_destroy(struct kmem_cache *s) __kmemu_is(kmemu_kmem_cache_destroy);
__kmemu_c int kmem_cache_shrink(struct kmem_cache *s) __kmemu_is(kmemu_kmem_cache_shrink);
__kmemu_c unsigned int kmem_cache_size(struct kmem_cache *s) __kmemu_is(kmemu_kmem_cache_size);

#endif /* _LINUX_SLAB_H */
