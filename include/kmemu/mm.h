/* SPDX-License-Identifier: MIT */
/*
 * mm.h - pages, areas, per-CPU memory and shrinkers beyond what kmemu.h has: what
 * include/linux/{gfp,mm,vmalloc,percpu,shrinker}.h are made of. Names, arguments
 * and results are those of Linux 6.12 behind the prefix kmemu_.
 */
#ifndef KMEMU_MM_H
#define KMEMU_MM_H

#include "kmemu.h"
#include "page.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * References (include/linux/mm.h). page: any page of a compound page, else the
 * page itself. kmemu_put_page frees with the last one: all of a compound page, a
 * single page else. Pages of slabs have no count: 1, and both do nothing. Any
 * context. A page that is not in use is a finding, bad-page.
 */
void kmemu_get_page(struct page *page);
void kmemu_put_page(struct page *page);
int kmemu_page_count(const struct page *page);
struct page *kmemu_compound_head(const struct page *page);
unsigned int kmemu_compound_order(const struct page *page);
int kmemu_page_is_slab(const struct page *page);

/*
 * mm/util.c. What is known of an address, as the rest of a line of the log (KERN_CONT): its
 * cache, where the object starts, who allocated it, or what else it is. kmem_: of slabs
 * alone, 1 then, else 0 and nothing is written. Any context.
 */
void kmemu_mem_dump_obj(const void *p);
int kmemu_kmem_dump_obj(const void *p);

/*
 * mm/page_alloc.c. split_page: the block of 2^order pages (not compound) becomes
 * pages of their own. alloc_pages_exact: size bytes, rounded up to pages; size 0
 * or no memory: NULL; freed by free_pages_exact with the same size, or page by
 * page. alloc_pages_bulk: pages for the NULLs among the first nr of array (or nr
 * more on list); the number of entries that are set from its start on.
 */
void kmemu_split_page(struct page *page, unsigned int order);
void *kmemu_alloc_pages_exact(size_t size, kmemu_gfp_t flags);
/*
 * The frames [start, end) as single pages, if all of them are free and have appeared: 0;
 * -EBUSY: they are not; -EINVAL: not of one zone, or __GFP_COMP. May sleep.
 */
int kmemu_alloc_contig_range(unsigned long start, unsigned long end, kmemu_gfp_t flags);
void kmemu_free_pages_exact(void *p, size_t size);
unsigned long kmemu_alloc_pages_bulk(kmemu_gfp_t flags, unsigned long nr, struct list_head *list,
				     struct page **array);

/*
 * mm/vmalloc.c. All of these may sleep. __vmalloc_node: align is a power of two
 * (bytes). vmalloc_user: zeroed, and for remap_vmalloc_range. vmalloc_32: its frames
 * are below 4 GiB. vmalloc_huge: from 2 MiB on aligned to that. NULL: no memory, or
 * bad arguments.
 */
void *kmemu___vmalloc_node(size_t size, size_t align, kmemu_gfp_t flags, int node,
			   const void *caller);
/*
 * In [start, end), or NULL: addresses are not looked for there. vm_flags: KMEMU_VM_*, of the
 * area. caller NULL: who calls.
 */
void *kmemu___vmalloc_node_range(size_t size, size_t align, unsigned long start,
				 unsigned long end, kmemu_gfp_t flags, unsigned long vm_flags,
				 const void *caller);
void *kmemu_vmalloc_user(size_t size);
void *kmemu_vmalloc_32(size_t size);
void *kmemu_vmalloc_32_user(size_t size);
void *kmemu_vmalloc_huge(size_t size, kmemu_gfp_t flags);

/* Flags of an area (include/linux/vmalloc.h). */
#define KMEMU_VM_IOREMAP 0x1u
#define KMEMU_VM_ALLOC 0x2u
#define KMEMU_VM_MAP 0x4u
#define KMEMU_VM_IOREMAP 0x1u
#define KMEMU_VM_USERMAP 0x8u
#define KMEMU_VM_DMA_COHERENT 0x10u
#define KMEMU_VM_NO_GUARD 0x40u
#define KMEMU_VM_FLUSH_RESET_PERMS 0x100u
#define KMEMU_VM_MAP_PUT_PAGES 0x200u

struct vm_struct {
	struct vm_struct *next;
	void *addr;
	unsigned long size; /* bytes, with the guard page */
	unsigned long flags; /* KMEMU_VM_* */
	struct page **pages;
	unsigned int page_order, nr_pages;
	kmemu_phys_addr_t phys_addr;
	const void *caller;
};

/*
 * The same bytes at two addresses. vmap: count pages one behind the other, for
 * vunmap; with VM_MAP_PUT_PAGES for vfree, which puts the pages and frees the
 * array. vm_map_ram and vm_unmap_ram: the same without a struct vm_struct; the
 * count must be the same. vmalloc_to_page: of any address in an area; page_address()
 * of it shows the area's bytes. NULL: no area there, or no memory. Pages mapped
 * so are shared with a fork's child. May sleep.
 *
 * find_vm_area: the area that holds p, valid until that is freed; NULL: none. Its
 * pages are those of vmalloc; of vmap only with VM_MAP_PUT_PAGES, as there.
 * remap_vmalloc_range_partial: bytes of the area from kaddr + (pgoff pages) on, also
 * at uaddr, a mapping of the caller's; -EINVAL if it is not from vmalloc_user, does
 * not fit, or something is not at a page boundary.
 */
/*
 * get_vm_area: addresses without memory, for remap_pfn_range, insert_pages or vm_area_unmap
 * (a hole again; 0, or -EINVAL where that is not in such an area). vmap_pfn: frames that
 * are no RAM, one behind the other, for vunmap; NULL: one is (a WARN). May sleep.
 */
/*
 * Called, with an unsigned long that is raised by the pages it unmapped, when there are no
 * addresses for vmap(), vm_map_ram() or get_vm_area(), which are then tried again.
 */
struct notifier_block;
int kmemu_register_vmap_purge_notifier(struct notifier_block *nb);
int kmemu_unregister_vmap_purge_notifier(struct notifier_block *nb);
struct vm_struct *kmemu_get_vm_area(size_t size, unsigned long flags);
void kmemu_free_vm_area(struct vm_struct *area);
int kmemu_vm_area_unmap(unsigned long start, unsigned long end);
void *kmemu_vmap_pfn(unsigned long *pfns, unsigned int count);
void *kmemu_vmap(struct page **pages, unsigned int count, unsigned long flags);
void kmemu_vunmap(const void *p);
void *kmemu_vm_map_ram(struct page **pages, unsigned int count);
void kmemu_vm_unmap_ram(const void *p, unsigned int count);
struct page *kmemu_vmalloc_to_page(const void *p);
struct vm_struct *kmemu_find_vm_area(const void *p);
/* 0: DMA, 1: DMA32, 2: Normal (zones= moves their ends). Any context. */
unsigned int kmemu_pfn_zonenum(unsigned long pfn);
/*
 * Frames, or pages, at an address of the program's own as well, which must be mapped and
 * is replaced (mm/memory.c): 0, -EINVAL (alignment, a frame that is not there), -ENOMEM.
 * Frames that are no RAM are a device's: what ioremap() gives. May sleep.
 */
int kmemu_remap_pfn_range(unsigned long addr, unsigned long pfn, unsigned long bytes);
int kmemu_insert_pages(unsigned long addr, struct page **pages, unsigned int nr);
int kmemu_remap_vmalloc_range_partial(unsigned long uaddr, void *kaddr, unsigned long pgoff,
				      unsigned long bytes);

/* Where vmalloc's addresses, and the direct map, begin and end. */
unsigned long kmemu_vmalloc_nr_pages(void); /* of all that vmalloc gave out */
unsigned long kmemu_vmalloc_start(void) __attribute__((__const__));
unsigned long kmemu_vmalloc_end(void) __attribute__((__const__));
unsigned long kmemu_page_offset(void) __attribute__((__const__));
/* mem_map: page_to_pfn() is the distance from there. */
struct page *kmemu_mem_map(void) __attribute__((__const__));
/* Pages of all zones, and those that are free. */
unsigned long kmemu_totalram_pages(void);
unsigned long kmemu_nr_free_pages(void);

/*
 * Per-CPU memory (mm/percpu.c). There are as many CPUs as the machine's; each
 * thread runs on one of them, the same for ever (smp_processor_id), so two threads
 * that share one may be in the middle of it at once: this_cpu_*() are atomic.
 *
 * alloc_percpu: size bytes (1 to 32 KiB), aligned to a power of two up to a page,
 * zeroed on all CPUs. The result is no address: per_cpu_ptr() makes one. NULL:
 * no memory, or bad arguments (a finding, gfp-warning). Without all of GFP_KERNEL
 * in flags it does not sleep, and takes only what is there already. free_percpu:
 * any context; NULL is ignored.
 *
 * per_cpu_ptr: of cpu. start, end: the caller's own section of DEFINE_PER_CPU
 * variables. per_cpu_ptr_to_phys and so on are not here.
 */
void *kmemu_alloc_percpu(size_t size, size_t align, kmemu_gfp_t flags);
void kmemu_free_percpu(void *p);
void *kmemu_per_cpu_ptr(const void *p, unsigned int cpu, const char *start, const char *end);
unsigned int kmemu_smp_processor_id(void);
unsigned int kmemu_nr_cpu_ids(void);

/*
 * Sets of CPUs as bitmaps of KMEMU_NR_CPUS bits, to be read only: one CPU's, all, none
 * (kernel/cpu.c). Any context.
 */
#define KMEMU_NR_CPUS 8192
const unsigned long *kmemu_cpumask_of(unsigned int cpu);
const unsigned long *kmemu_cpu_possible_mask(void);
const unsigned long *kmemu_cpu_none_mask(void);

/*
 * Shrinkers (mm/shrinker.c): asked to free memory before an allocation that may
 * sleep fails. count_objects: how many could be freed, 0 or SHRINK_EMPTY: none.
 * scan_objects: tries to free nr_to_scan; how many it did, SHRINK_STOP: no more now.
 * Both run in the allocating thread, without locks of ours; what they allocate may
 * use all reserves. alloc: NULL is no memory; name is copied. free: waits until
 * nobody calls it, may sleep. shrink_slab: one round; objects freed.
 */
struct shrink_control {
	kmemu_gfp_t gfp_mask; /* of the allocation */
	int nid;
	unsigned long nr_to_scan, nr_scanned;
	void *memcg; /* NULL */
};

struct shrinker {
	unsigned long (*count_objects)(struct shrinker *shrinker, struct shrink_control *sc);
	unsigned long (*scan_objects)(struct shrinker *shrinker, struct shrink_control *sc);
	long batch; /* objects at once; 0: 128 */
	int seeks; /* what an object costs to make anew; 2 */
	unsigned int flags;
	void *private_data;
	/* The library's. */
	struct list_head list;
	unsigned int users;
	unsigned long nr_deferred;
	char name[32];
};

struct shrinker *kmemu_shrinker_alloc(unsigned int flags, const char *fmt, ...);
void kmemu_shrinker_register(struct shrinker *shrinker);
void kmemu_shrinker_free(struct shrinker *shrinker);
unsigned long kmemu_shrink_slab(kmemu_gfp_t flags, int priority);

/*
 * mm/kmemleak.c, which is not here: its calls are counted, and an object that is
 * declared no leak is none for leak=. Any context.
 */
enum kmemu_kmemleak {
	KMEMU_KMEMLEAK_ALLOC,
	KMEMU_KMEMLEAK_FREE,
	KMEMU_KMEMLEAK_NOT_LEAK,
	KMEMU_KMEMLEAK_OTHER,
	KMEMU_NR_KMEMLEAK
};

void kmemu_kmemleak(enum kmemu_kmemleak call, const void *p);
unsigned long kmemu_kmemleak_calls(enum kmemu_kmemleak call);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_MM_H */
