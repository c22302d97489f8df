/* SPDX-License-Identifier: MIT */
/*
 * kmemu.h - the kernel's memory allocators as a library. Link with
 * build/libkmemu.a and -pthread (malloc untouched), or preload/link
 * libkmemu.so (malloc is served by the same heap).
 *
 * Functions carry the kernel's names with the prefix kmemu_, its argument
 * order, flag values (Linux 6.12) and return values. Sizes are in bytes,
 * orders are log2 of pages of 4096 bytes, pfn are emulated frame numbers. All
 * functions are thread-safe and, unless said otherwise, may be called from a
 * signal handler. NULL means failure; errno is never touched by this API.
 */
#ifndef KMEMU_H
#define KMEMU_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef unsigned int kmemu_gfp_t;
typedef uint64_t kmemu_phys_addr_t;

/* GFP bits and masks: include/linux/gfp_types.h of 6.12. */
#define KMEMU___GFP_DMA 0x01u
#define KMEMU___GFP_HIGHMEM 0x02u
#define KMEMU___GFP_DMA32 0x04u
#define KMEMU___GFP_MOVABLE 0x08u
#define KMEMU___GFP_RECLAIMABLE 0x10u
#define KMEMU___GFP_HIGH 0x20u
#define KMEMU___GFP_IO 0x40u
#define KMEMU___GFP_FS 0x80u
#define KMEMU___GFP_ZERO 0x100u
#define KMEMU___GFP_DIRECT_RECLAIM 0x400u
#define KMEMU___GFP_KSWAPD_RECLAIM 0x800u
#define KMEMU___GFP_WRITE 0x1000u
#define KMEMU___GFP_NOWARN 0x2000u
#define KMEMU___GFP_RETRY_MAYFAIL 0x4000u
#define KMEMU___GFP_NOFAIL 0x8000u
#define KMEMU___GFP_NORETRY 0x10000u
#define KMEMU___GFP_MEMALLOC 0x20000u
#define KMEMU___GFP_COMP 0x40000u
#define KMEMU___GFP_NOMEMALLOC 0x80000u
#define KMEMU___GFP_HARDWALL 0x100000u
#define KMEMU___GFP_THISNODE 0x200000u
#define KMEMU___GFP_ACCOUNT 0x400000u
#define KMEMU___GFP_ZEROTAGS 0x800000u
#define KMEMU___GFP_RECLAIM (KMEMU___GFP_DIRECT_RECLAIM | KMEMU___GFP_KSWAPD_RECLAIM)
#define KMEMU_GFP_ATOMIC (KMEMU___GFP_HIGH | KMEMU___GFP_KSWAPD_RECLAIM)
#define KMEMU_GFP_KERNEL (KMEMU___GFP_RECLAIM | KMEMU___GFP_IO | KMEMU___GFP_FS)
#define KMEMU_GFP_KERNEL_ACCOUNT (KMEMU_GFP_KERNEL | KMEMU___GFP_ACCOUNT)
#define KMEMU_GFP_NOWAIT (KMEMU___GFP_KSWAPD_RECLAIM | KMEMU___GFP_NOWARN)
#define KMEMU_GFP_NOIO (KMEMU___GFP_RECLAIM)
#define KMEMU_GFP_NOFS (KMEMU___GFP_RECLAIM | KMEMU___GFP_IO)
#define KMEMU_GFP_USER (KMEMU_GFP_KERNEL | KMEMU___GFP_HARDWALL)
#define KMEMU_GFP_DMA KMEMU___GFP_DMA
#define KMEMU_GFP_DMA32 KMEMU___GFP_DMA32
#define KMEMU_GFP_HIGHUSER (KMEMU_GFP_USER | KMEMU___GFP_HIGHMEM)
#define KMEMU_GFP_HIGHUSER_MOVABLE (KMEMU_GFP_HIGHUSER | KMEMU___GFP_MOVABLE)

/* kmalloc(0)'s answer: may be given to kfree, never dereferenced (slab.h). */
#define KMEMU_ZERO_SIZE_PTR ((void *)16)

/* Flags of kmem_cache_create (slab.h). */
#define KMEMU_SLAB_HWCACHE_ALIGN 0x2000u /* align to 64 bytes where it pays */
#define KMEMU_SLAB_CACHE_DMA 0x4000u /* objects from ZONE_DMA */
#define KMEMU_SLAB_CACHE_DMA32 0x8000u
#define KMEMU_SLAB_RECLAIM_ACCOUNT 0x20000u
#define KMEMU_SLAB_PANIC 0x40000u /* abort() when the cache cannot be made */
#define KMEMU_SLAB_TYPESAFE_BY_RCU 0x80000u
#define KMEMU_SLAB_ACCOUNT 0x4000000u

struct kmem_cache;
struct page;

/*
 * kmalloc family (mm/slub.c, mm/slab_common.c).
 *
 * kmemu_kmalloc: physically contiguous memory of at least `size` bytes.
 * size 0: KMEMU_ZERO_SIZE_PTR. NULL when size is above the cap (option
 * kmalloc_max, 128 KiB by default) or memory is out. Never falls back to
 * vmalloc. A power-of-two size is aligned to itself.
 * kmemu_kzalloc: the same with __GFP_ZERO.
 * kmemu_krealloc: as the kernel's: p NULL allocates, new_size 0 frees and
 * returns KMEMU_ZERO_SIZE_PTR; on failure NULL, and p stays valid.
 * kmemu_kfree: NULL and KMEMU_ZERO_SIZE_PTR are ignored; anything that is not
 * kmalloc memory is reported and dropped (check invalid_free).
 * kmemu_ksize: the usable bytes of the object, 0 for NULL/ZERO_SIZE_PTR. Anything
 * else that is not kmalloc memory is reported (bug=): 0.
 * kmemu_kmalloc_size_roundup: what kmemu_ksize would say for `size`.
 */
void *kmemu_kmalloc(size_t size, kmemu_gfp_t flags);
void *kmemu_kzalloc(size_t size, kmemu_gfp_t flags);
void *kmemu_krealloc(const void *p, size_t new_size, kmemu_gfp_t flags);
void kmemu_kfree(const void *p);
size_t kmemu_ksize(const void *p);
size_t kmemu_kmalloc_size_roundup(size_t size);

/*
 * kvmalloc family (mm/util.c): kmalloc where that can be, vmalloc above the
 * cap or when contiguous memory is out (only if flags may sleep and the size
 * is above a page). Above INT_MAX a warning, but for __GFP_NOWARN, and NULL. kvfree
 * takes both.
 */
void *kmemu_kvmalloc(size_t size, kmemu_gfp_t flags);
void *kmemu_kvzalloc(size_t size, kmemu_gfp_t flags);
void kmemu_kvfree(const void *p);

/*
 * vmalloc (mm/vmalloc.c): virtually contiguous, page granular, any size; may
 * sleep, so never from a signal handler. vmalloc(0) is NULL. vrealloc grows
 * in place where the area behind is free, else it moves pages, else copies; with
 * p NULL it is __vmalloc(size, flags). vfree may sleep, vfree_atomic does not.
 */
void *kmemu_vmalloc(size_t size);
void *kmemu_vzalloc(size_t size);
void *kmemu_vrealloc(const void *p, size_t size, kmemu_gfp_t flags);
void kmemu_vfree(const void *p);
void kmemu_vfree_atomic(const void *p);

/*
 * Caches (mm/slab_common.c, mm/slub.c). name is copied. align 0: word. NULL on
 * bad arguments (size 0 or above 4 MiB, align no power of two) or no memory.
 * ctor runs once for each object when its slab is made. destroy returns 0, or
 * -EBUSY (negative errno) when objects are still in use: the cache then stays.
 * shrink gives empty slabs back, 0 when no slab is left.
 */
struct kmem_cache *kmemu_kmem_cache_create(const char *name, unsigned int size, unsigned int align,
					   unsigned int flags, void (*ctor)(void *));
void *kmemu_kmem_cache_alloc(struct kmem_cache *s, kmemu_gfp_t flags);
void kmemu_kmem_cache_free(struct kmem_cache *s, void *p);
int kmemu_kmem_cache_destroy(struct kmem_cache *s);
int kmemu_kmem_cache_shrink(struct kmem_cache *s);
unsigned int kmemu_kmem_cache_size(struct kmem_cache *s);

/*
 * Pages (mm/page_alloc.c): 2^order contiguous pages, order 0 to 10, naturally
 * aligned; freed with the same order. kmemu_alloc_pages returns the head's
 * struct page, kmemu_get_free_pages the address (0 on failure).
 */
struct page *kmemu_alloc_pages(kmemu_gfp_t flags, unsigned int order);
void kmemu_free_pages(struct page *page, unsigned int order);
unsigned long kmemu_get_free_pages(kmemu_gfp_t flags, unsigned int order);
void kmemu_free_pages_addr(unsigned long addr, unsigned int order);
void *kmemu_page_address(const struct page *page);

/*
 * Addresses (arch/x86/include/asm/page.h, mm/vmalloc.c). The difference of
 * virt_to_phys(p) and p is one constant for all kmalloc memory. Asked of an
 * address that is not in the direct map, virt_to_phys and virt_to_pfn return
 * all ones, virt_to_page NULL; vmalloc_to_pfn likewise all ones when p is in
 * no vmalloc area.
 */
kmemu_phys_addr_t kmemu_virt_to_phys(const void *p);
/* The same, and told of when p is not in the direct map: kernel code's (kind not-linear). */
kmemu_phys_addr_t kmemu_debug_virt_to_phys(const volatile void *p);
struct page *kmemu_debug_virt_to_page(const void *p);
void *kmemu_phys_to_virt(kmemu_phys_addr_t phys);
struct page *kmemu_virt_to_page(const void *p);
unsigned long kmemu_virt_to_pfn(const void *p);
unsigned long kmemu_vmalloc_to_pfn(const void *p);
int kmemu_is_vmalloc_addr(const void *p);

/*
 * kmemu_validate: walks every cache, zone and vmalloc area and returns the
 * number of inconsistencies, 0 when all is well (mm/slub.c
 * validate_slab_cache). Stops the per-CPU caches meanwhile; not for handlers.
 * kmemu_trim: gives back all that is free (malloc_trim); 1 if anything was.
 */
int kmemu_validate(void);
int kmemu_trim(void);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_H */
