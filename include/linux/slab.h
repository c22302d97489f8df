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

static __always_inline void *kmalloc(size_t size, gfp_t flags)
{
	return kmemu_kmalloc(size, flags);
}

static __always_inline void *kzalloc(size_t size, gfp_t flags)
{
	return kmemu_kzalloc(size, flags);
}

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

static __always_inline void *krealloc(const void *p, size_t new_size, gfp_t flags)
{
	return kmemu_krealloc(p, new_size, flags);
}

static __always_inline void *krealloc_array(void *p, size_t new_n, size_t new_size, gfp_t flags)
{
	size_t bytes;

	return __builtin_mul_overflow(new_n, new_size, &bytes) ? NULL :
								 kmemu_krealloc(p, bytes, flags);
}

static __always_inline void kfree(const void *p)
{
	kmemu_kfree(p);
}

static __always_inline size_t ksize(const void *p)
{
	return kmemu_ksize(p);
}

/* Cleared to its last usable byte, and the compiler may not leave that out. */
static __always_inline void kfree_sensitive(const void *p)
{
	__builtin_memset((void *)p, 0, kmemu_ksize(p));
	__asm__ __volatile__("" : : "r"(p) : "memory");
	kmemu_kfree(p);
}

static __always_inline size_t kmalloc_size_roundup(size_t size)
{
	return kmemu_kmalloc_size_roundup(size);
}

/* --- kvmalloc */

static __always_inline void *kvmalloc(size_t size, gfp_t flags)
{
	return kmemu_kvmalloc(size, flags);
}

static __always_inline void *kvzalloc(size_t size, gfp_t flags)
{
	return kmemu_kvzalloc(size, flags);
}

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

static __always_inline void kvfree(const void *p)
{
	kmemu_kvfree(p);
}

/* --- caches */

struct kmem_cache;

static __always_inline struct kmem_cache *kmem_cache_create(const char *name, unsigned int size,
							    unsigned int align, slab_flags_t flags,
							    void (*ctor)(void *))
{
	return kmemu_kmem_cache_create(name, size, align, flags, ctor);
}

#define KMEM_CACHE(type, flags) \
	kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), (flags), NULL)

static __always_inline void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	return kmemu_kmem_cache_alloc(s, flags);
}

static __always_inline void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)
{
	(void)node;
	return kmemu_kmem_cache_alloc(s, flags);
}

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *s, gfp_t flags)
{
	return kmemu_kmem_cache_alloc(s, flags | __GFP_ZERO);
}

static __always_inline void kmem_cache_free(struct kmem_cache *s, void *p)
{
	kmemu_kmem_cache_free(s, p);
}

/* With objects left it stays, and nothing is said. */
static __always_inline void kmem_cache_destroy(struct kmem_cache *s)
{
	kmemu_kmem_cache_destroy(s);
}

static __always_inline int kmem_cache_shrink(struct kmem_cache *s)
{
	return kmemu_kmem_cache_shrink(s);
}

static __always_inline unsigned int kmem_cache_size(struct kmem_cache *s)
{
	return kmemu_kmem_cache_size(s);
}

#endif /* _LINUX_SLAB_H */
