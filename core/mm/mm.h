/*
 * mm.h - what the allocators share: struct page, zones, the conversions
 * between addresses, frames and pages (the kernel's include/linux/mm_types.h,
 * mmzone.h, asm/page.h).
 *
 * struct page is 64 bytes, one for each frame of mapped memory, in mem_map at
 * VMEMMAP_BASE. As in the kernel a slab lives in its head page's struct page
 * (kernel: struct slab overlays struct page). Different from the kernel:
 *   - tails of a compound page are not written; a frame's head is derived from
 *     the natural alignment of blocks (page_head());
 *   - a slab's free objects are a bitmap in struct page, not a chain through
 *     the objects: a program that writes into freed memory cannot break it,
 *     "is this object free" is one bit, and neither making a slab nor taking
 *     objects from it touches the objects' memory;
 *   - the count of references is kept as those above the owner's (refs), so a
 *     block that is given out or freed needs no store for it.
 *
 * frame_class[pfn] (FRAMETAB_BASE) is what free() reads: the id of the class
 * whose objects start in this frame's block, 0 for everything that needs a
 * closer look. Invariant: frame_class[pfn] != 0 implies that the frame belongs
 * to an allocated slab of that cache or is the head of an allocated page block
 * of that class.
 */
#pragma once

#include "core/lib/list.h"
#include "core/lib/lock.h"
#include "core/mm/gfp.h"
#include "core/os/plan.h"
#include "include/kmemu/page.h"

#define MAX_PAGE_ORDER		10
#define NR_PAGE_ORDERS		(MAX_PAGE_ORDER + 1)
#define PAGE_ALLOC_COSTLY_ORDER 3
#define SECTION_SIZE_BITS	27
#define PAGES_PER_SECTION	(1UL << (SECTION_SIZE_BITS - PAGE_SHIFT))
#define KMALLOC_MAX_SIZE	(1UL << (MAX_PAGE_ORDER + PAGE_SHIFT)) /* 4 MiB */
#define PFN_NONE		(~0UL)

struct kmem_cache;

enum page_state {
	PAGE_NONE,     /* not memory yet, or tail: see the head */
	PAGE_BUDDY,    /* head of a free block in free_area[order] */
	PAGE_SLAB,     /* head of a slab; tails derived */
	PAGE_LARGE,    /* head of an allocated block (kmalloc_large, alloc_pages) */
	PAGE_DEFERRED, /* freed by a handler, waits for the lock's holder */
	PAGE_ABSENT,   /* head of a free block whose frames were unmapped */
	PAGE_VMALLOC,  /* a frame of a vmalloc area, with a struct page (vmap_page.c) */
	PAGE_UNMOVABLE, /* a frame that frag= holds */
};

/* Of struct page's flags; all but the first are 0 when it is free. */
#define PAGE_FLAG_EMERGENCY 0x01 /* from the plan's end, given in a handler */
#define PAGE_FLAG_PAGES	    0x02 /* from the API's alloc_pages: never kmalloc's */
#define PAGE_FLAG_COMP	    0x04 /* the same, with __GFP_COMP */
#define PAGE_FLAG_SHARED    0x08 /* a frame of the block is, or was, mapped twice */
#define PAGE_FLAG_HIGHATOMIC 0x20 /* a free block of the reserve (highatomic.c) */
#define PAGE_FLAG_USER	    0x40 /* a copy of a page of the program's (core/kernel/gup.c) */
#define PAGE_FLAG_ALIAS	    0x10 /* of each frame: its mapping can be duplicated */

_Static_assert(sizeof(struct page) == 64, "mem_map is addressed by shifts");

#define mem_map	    ((struct page *)VMEMMAP_BASE)
#define frame_class ((u8 *)FRAMETAB_BASE)

static __always_inline unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)(page - mem_map);
}

static __always_inline struct page *pfn_to_page(unsigned long pfn)
{
	return mem_map + pfn;
}

static __always_inline void *pfn_to_virt(unsigned long pfn)
{
	return (void *)(PAGE_OFFSET + (pfn << PAGE_SHIFT));
}

/* Of any address: only meaningful when in_direct_map(p). */
static __always_inline unsigned long virt_to_pfn(const void *p)
{
	return ((unsigned long)p - PAGE_OFFSET) >> PAGE_SHIFT;
}

static __always_inline bool in_direct_map(const void *p)
{
	return (unsigned long)p - PAGE_OFFSET < PLAN_BYTES;
}

static __always_inline bool is_vmalloc_addr(const void *p)
{
	return (unsigned long)p - VMALLOC_START < VMALLOC_END - VMALLOC_START;
}

static __always_inline void *page_address(const struct page *page)
{
	return pfn_to_virt(page_to_pfn(page));
}

static inline unsigned int get_order(size_t size)
{
	return size <= PAGE_SIZE ? 0 : fls64((size - 1) >> PAGE_SHIFT);
}

/* --- page_alloc.c ------------------------------------------------------- */

enum zone_type { ZONE_DMA,
		 ZONE_DMA32,
		 ZONE_NORMAL,
		 MAX_NR_ZONES };
enum zone_watermarks { WMARK_MIN,
		       WMARK_LOW,
		       WMARK_HIGH,
		       NR_WMARK };

/* Numbers of pages; of one zone, or summed over all. */
struct page_stats {
	unsigned long managed;	  /* frames that mem= gives us */
	unsigned long committed;  /* of these, mapped */
	unsigned long free_buddy; /* mapped and in the buddy lists */
	unsigned long dirty;	  /* of the free, frames that may be resident */
	unsigned long vmalloc;	  /* counted to vmalloc areas */
	unsigned long used;	  /* handed out by alloc_pages, slabs included */
	unsigned long used_peak;  /* highest used + vmalloc */
	unsigned long held;	  /* by frag=, mapped or not; neither free nor used */
};

void page_alloc_init(void);
/* Head of the block, or NULL (errno untouched). Any order <= 10. */
struct page *alloc_pages(gfp_t flags, unsigned int order);
/*
 * Sleeps a moment, for who asks again as __GFP_NOFAIL says: others must get on. False: this
 * thread holds a lock of ours (or is a handler that interrupted who does), so nobody could.
 */
bool nofail_wait(void);
void free_pages(struct page *page, unsigned int order);
/*
 * contig_range.c: the frames [start, end) become pages of their own. 0; -EBUSY: some is not free;
 * -EINVAL: not of one zone.
 */
int alloc_contig_range(unsigned long start, unsigned long end, gfp_t flags);
/* False: no emulated memory at all behind this frame (a hole). */
bool pfn_valid(unsigned long pfn);
/* The first from this one on that has; PFN_NONE: there is none. */
unsigned long next_valid_pfn(unsigned long pfn);
/* Head of the block that holds this frame, NULL if it is in none. */
struct page *page_head(unsigned long pfn);
/*
 * Counts `pages` frames to vmalloc (they are assigned only when asked for);
 * false when the zones' watermarks do not allow it. page_uncharge gives back.
 */
bool page_charge(unsigned long pages, gfp_t flags);
void page_uncharge(unsigned long pages);
/*
 * A frame number for one page of a vmalloc area that was charged; PFN_NONE when out.
 * flags: of a zone, the charge is moved there if its watermarks allow it; of_zone: and back.
 */
unsigned long vmalloc_frame_alloc(gfp_t flags);
/* All pages of an area of a zone have their numbers: what is used is known. */
void page_charge_numbered(void);
void vmalloc_frame_free(unsigned long pfn, bool of_zone);
/* Gives free memory back that is older than age_ms (0: all); pages given. */
unsigned long page_purge(u64 age_ms);
/*
 * Unmaps free blocks, for a process at its limit on address space or locked
 * memory; they appear again when they are needed. Blocks below min_order would
 * cost a mapping each and give little. Pages unmapped.
 */
unsigned long page_unmap_free(unsigned int min_order);
void page_stats_read(struct page_stats *st);
const char *zone_name(enum zone_type zone);
unsigned long zone_start_pfn(enum zone_type zone);
void zone_stats_read(enum zone_type zone, struct page_stats *st, unsigned long wmark[NR_WMARK],
		     unsigned long nr_free[NR_PAGE_ORDERS]);
int validate_zone(void); /* inconsistencies found */
extern kmemu_lock_t zone_lock;

/* --- vmalloc.c ---------------------------------------------------------- */

struct vmalloc_stats {
	unsigned long areas, pages, peak_pages; /* live */
	unsigned long warm_areas, warm_pages;	/* freed, still mapped */
	unsigned long allocs;			/* ever */
};

void vmalloc_init(void);
/* align: a power of two, PAGE_SIZE at the least. Zeroed with __GFP_ZERO. */
void *__vmalloc(size_t size, size_t align, gfp_t flags);
/* p must be the start of an area (else reported by the caller's check). */
void vfree(const void *p);
/* NULL: p is unchanged. Contents kept, tail zeroed with __GFP_ZERO. */
void *vrealloc(const void *p, size_t size, gfp_t flags);
/* Bytes usable at p: the requested pages, 0 if p starts no area. */
size_t vmalloc_size(const void *p);
/* Who allocated the area that p starts (alloc_tag.c). */
void vmalloc_set_tag(const void *p, u32 tag);
u32 vmalloc_tag(const void *p); /* 0: none */
/* Start of the area (guard not included) that holds p, or NULL. */
void *vmalloc_area_start(const void *p, size_t *size);
/* p lies in memory that was an area. False: it is one, never was, or somebody else has it. */
bool vmalloc_is_freed(const void *p);
unsigned long vmalloc_to_pfn(const void *p);
/* The same where somebody has asked before; else PFN_NONE. */
unsigned long vmalloc_known_pfn(const void *p);
unsigned long vmalloc_purge(u64 age_ms); /* as page_purge */
/* As page_unmap_free, of both: at a limit of the process. False: in a handler. */
bool vmalloc_unmap_free(void);
void vmalloc_stats_read(struct vmalloc_stats *st);
int validate_vmap(void);
extern kmemu_lock_t vmap_lock;

/* --- reclaim.c: when to give back --------------------------------------- */

/* The nearest time (os_monotonic_ms) at which a trim is due; 0: nothing is. */
extern u64 trim_deadline_ms;
/* Something was freed: arms the deadline. */
void trim_arm(void);
/* Past the deadline: drains and purges by age. Cheap when it is not due. */
void trim_if_due(void);
/* The same, now and then: for slow paths that are taken often. */
void trim_tick(void);
/* All that is free, now. True if anything was given back. */
bool trim_all(void);
void trim_fork_child(void);

/* --- oom_kill.c: no memory is left for this request; may not return -------- */

/* waits: the caller will ask again until it gets some, as __GFP_NOFAIL says. */
void out_of_memory(gfp_t flags, unsigned int order, bool waits);
/* how: REPORT_EXCEEDS, REPORT_WAITS. */
void out_of_vmalloc(gfp_t flags, size_t size, u32 how);

/* --- util.c -------------------------------------------------------------- */

void *kvmalloc(size_t size, gfp_t flags);
void kvfree(const void *p);
void *kvrealloc(const void *p, size_t size, gfp_t flags);
