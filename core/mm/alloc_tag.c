/*
 * alloc_tag.c - who allocated what is alive (kernel: lib/alloc_tag.c, memory
 * allocation profiling).
 *
 * What the kernel does: each call site of an allocating function owns a static
 * tag with two per-CPU counters; each object refers to its tag from a vector
 * beside its slab (slabobj_ext), so that free can subtract.
 *
 * What differs, and why:
 *  - A call site is the return address of the call, found in a hash table. That
 *    of a library which acts for its caller (operator new, strdup; the kernel's
 *    wrappers are macros) is marked there when it is first met, and leads on
 *    each call to the caller behind it (core/report/call_site.c).
 *  - The vector is a table in the plan, beside the marks (slab.h): a u32 at
 *    TAGS_BASE + 4 * (address >> shift), so it needs no look-up. A vmalloc area
 *    keeps its tag in its own struct.
 *  - No counters: who wants to know walks the heap. Two locked additions for
 *    each call would be more than all else that a checked run costs, and the
 *    question is asked once, at exit, or by a person (`kmemu show allocinfo`).
 *
 * A tag is 1 + its place in pcs[]; 0 is none: allocated by kmemu for itself, or
 * one site more than there is room for. That an object is alive is its mark's
 * to say; free leaves the tag as it is.
 *
 * The walk reads through struct view_reader, so that it is the same code for
 * this process, another one and a core file. It believes nothing: what is read
 * may change, so counts are bounded and a page that makes no sense is one page.
 *
 * Until the loader can be asked (alloc_tag_start) nothing is looked through; the
 * sites met so far are in early[] and marked then.
 *
 * Locks: none. Cost: 10 instructions a hit, some 40 another allocation, and the
 * stack's innermost frames are unwound if a marked site makes it; 4 bytes for 16 to 512
 * of the heap.
 */
#include "core/mm/alloc_tag.h"

#include <errno.h>

#include "config/options.h"
#include "core/mm/alloc_stack.h"
#include "core/mm/internal.h"
#include "core/mm/slab.h"
#include "core/mm/view.h"
#include "core/mm/vmalloc.h"
#include "core/os/libelf.h"
#include "core/os/os.h"
#include "core/report/call_site.h"

#define PROBES 32
#define RETIRED 1 /* no pc, and not free */
#define RUNTIME (1ULL << 63) /* in pcs[]: to be looked through */
#define MAX_EARLY 128U
#define MAX_SLAB_MARKS 2048 /* a slab of order 3, a mark for each 16 bytes */
#define PAGES_AT_ONCE 64

bool alloc_tags_on, alloc_tags_paused;
static u64 *pcs; /* 0: free; an address, and RUNTIME */
static u32 early[MAX_EARLY]; /* tags, 0: not written yet */
static u32 nr_early;
static bool started;
struct alloc_tag_roots alloc_tag_roots;

void alloc_tag_init(void)
{
	if (kmemu_opts.leak == POLICY_OFF && !kmemu_opts.advise[0] && !kmemu_opts.contig &&
	    !kmemu_opts.usercopy)
		return;
	pcs = os_map_any(NR_ALLOC_TAGS * sizeof(*pcs));
	alloc_tag_roots = (struct alloc_tag_roots){ .pcs = (u64)pcs,
						    .frame_runs = (u64)&frame_runs,
						    .vmap = (u64)&vmap,
						    .areas = (u64)vmap_areas };
	alloc_tags_on = pcs != NULL;
}

const u64 *alloc_tag_sites(void)
{
	return pcs;
}

/* Before the start, when it can't be told what library a site is in. */
static void put_off(u32 tag)
{
	u32 i = __atomic_fetch_add(&nr_early, 1, __ATOMIC_RELAXED);

	if (i < MAX_EARLY)
		WRITE_ONCE(early[i], tag);
}

/* pc in a new place of the table; false: another thread was faster. */
static bool tag_new(u32 at, u64 pc)
{
	u64 none = 0, entry = pc;

	if (READ_ONCE(started) && call_site_is_runtime(pc))
		entry |= RUNTIME;
	if (!__atomic_compare_exchange_n(&pcs[at], &none, entry, false, __ATOMIC_RELAXED,
					 __ATOMIC_RELAXED))
		return (none & ~RUNTIME) == pc;
	if (!READ_ONCE(started))
		put_off(at + 1);
	else if (alloc_stacks_on && entry == pc)
		alloc_stack_keep_first(at + 1, pc);
	return true;
}

u32 alloc_tag_of(u64 pc)
{
	u32 at = alloc_tag_place(pc), i;

	for (i = 0; i < PROBES; i++, at = (at + 1) % NR_ALLOC_TAGS) {
		u64 seen = READ_ONCE(pcs[at]);

		if ((seen & ~RUNTIME) == pc || (!seen && tag_new(at, pc)))
			return at + 1;
	}
	return 0;
}

void alloc_tag_retire(u32 tag)
{
	WRITE_ONCE(pcs[tag - 1], RETIRED);
}

u64 alloc_tag_pc(u32 tag)
{
	u64 pc = READ_ONCE(pcs[tag - 1]) & ~RUNTIME;

	return pc == RETIRED ? 0 : pc;
}

/* The same; behind a library that acts for its caller, that caller's. 0: kmemu's own. */
static __noinline u32 tag_of_site(const void *caller)
{
	u32 tag = libelf_is_readying() ? 0 : alloc_tag_of((u64)caller);
	u64 pc;

	if (!tag || !(READ_ONCE(pcs[tag - 1]) & RUNTIME))
		return tag;
	pc = call_site_beyond(caller);
	return pc == (u64)caller ? tag : alloc_tag_of(pc);
}

void alloc_tag_start(void)
{
	u32 i;

	WRITE_ONCE(started, true);
	for (i = 0; i < min(READ_ONCE(nr_early), MAX_EARLY); i++) {
		u32 tag = READ_ONCE(early[i]);

		if (tag && call_site_is_runtime(pcs[tag - 1]))
			__atomic_or_fetch(&pcs[tag - 1], RUNTIME, __ATOMIC_RELAXED);
	}
}

bool alloc_tag_is_started(void)
{
	return READ_ONCE(started);
}

static u64 tag_addr(unsigned long p, unsigned int shift)
{
	return TAGS_BASE + sizeof(u32) * (p >> shift);
}

/* Does not change while p is allocated. */
static unsigned int shift_of_frame(u8 cls)
{
	return cls && cls != FRAME_DIRTY ? CLASS_TABLE->mark_shift[cls] : MARK_SHIFT_LARGE;
}

static void set_tag(const void *p, u32 tag)
{
	unsigned int shift = shift_of_frame(READ_ONCE(frame_class[virt_to_pfn(p)]));

	WRITE_ONCE(*alloc_tag_at((unsigned long)p >> shift), tag);
}

void alloc_tag_put(const void *p, u32 tag)
{
	if (likely(in_direct_map(p)))
		set_tag(p, tag);
	else if (is_vmalloc_addr(p))
		vmalloc_set_tag(p, tag);
}

void alloc_tag_set(const void *p, const void *caller)
{
	u32 at = alloc_tag_place((u64)caller), tag = at + 1;

	if (unlikely(alloc_tags_paused))
		tag = 0;
	else if (unlikely(READ_ONCE(pcs[at]) != (u64)caller))
		tag = tag_of_site(caller);
	alloc_tag_put(p, tag);
}

/* Of a block of pages, or a slab's object that the class table does not know. */
static u64 block_of_other(const void *p, size_t *bytes)
{
	struct object_info info;

	*bytes = is_vmalloc_addr(p) ? vmalloc_size(p) : 0;
	if (*bytes)
		return vmalloc_tag(p);
	object_lookup(p, &info);
	if (info.kind != OBJECT_LARGE) /* no slab: their tags are no object's own */
		return 0;
	*bytes = info.size;
	return *alloc_tag_at((unsigned long)p >> MARK_SHIFT_LARGE);
}

u64 alloc_tag_block(const void *p)
{
	unsigned long cls;
	size_t bytes;
	u64 tag;

	if (likely(slab_lookup(p, &cls))) {
		const struct kmem_cache *s = class_cache[cls];

		bytes = s ? s->size : PAGE_SIZE << (cls - CLASS_PCP);
		tag = *alloc_tag_at(mark_index(TABLES_BASE, p, cls));
	} else {
		tag = block_of_other(p, &bytes);
	}
	return tag && tag <= NR_ALLOC_TAGS ? bytes << BLOCK_TAG_BITS | tag : 0;
}

void alloc_tag_clear(const void *p)
{
	if (in_direct_map(p))
		set_tag(p, 0);
}

/* --- the walk --- */

struct walk {
	const struct view_reader *r;
	const struct alloc_tag_roots *roots;
	struct alloc_tag_counters *sum; /* by tag - 1 */
	struct page pages[PAGES_AT_ONCE];
	unsigned long pages_pfn; /* of pages[0] */
	u8 marks[MAX_SLAB_MARKS];
	u32 tags[MAX_SLAB_MARKS];
	struct kmem_cache cache; /* at cache_addr */
	u64 cache_addr;
};

static void count(struct walk *w, u32 tag, u64 bytes)
{
	if (!tag || tag > NR_ALLOC_TAGS)
		return;
	w->sum[tag - 1].calls++;
	w->sum[tag - 1].bytes += bytes;
}

static const struct page *walk_page(struct walk *w, unsigned long pfn, unsigned long end)
{
	unsigned long n = min(end - pfn, (unsigned long)PAGES_AT_ONCE);

	if (pfn - w->pages_pfn < PAGES_AT_ONCE && w->pages_pfn)
		return &w->pages[pfn - w->pages_pfn];
	if (!view_read(w->r, w->pages, (u64)pfn_to_page(pfn), n * sizeof(struct page)))
		return NULL;
	w->pages_pfn = pfn;
	return w->pages;
}

static bool walk_cache(struct walk *w, u64 addr)
{
	if (w->cache_addr != addr &&
	    !view_read(w->r, &w->cache, addr, sizeof(w->cache)))
		return false;
	w->cache_addr = addr;
	return true;
}

/*
 * Left out: slabs whose objects' tags lie at another shift than their marks.
 * Those are slabs of a fallback order, of which there are few.
 */
static void count_slab(struct walk *w, const struct page *page, unsigned long pfn)
{
	unsigned long base = (unsigned long)pfn_to_virt(pfn), i;
	unsigned int shift;
	size_t marks;
	u8 cls;

	if (!walk_cache(w, (u64)page->slab_cache) ||
	    !view_read(w->r, &cls, (u64)&frame_class[pfn], 1))
		return;
	shift = w->cache.mark_shift;
	marks = (PAGE_SIZE << page->order) >> shift;
	if ((shift != MARK_SHIFT_LARGE && (!cls || cls != w->cache.cls)) ||
	    w->cache.size < 1U << shift || marks > MAX_SLAB_MARKS ||
	    !view_read(w->r, w->marks, TABLES_BASE + (base >> shift), marks) ||
	    !view_read(w->r, w->tags, tag_addr(base, shift), marks * sizeof(u32)))
		return;
	for (i = 0; i < page->objects; i++) {
		unsigned long at = i * w->cache.size >> shift;

		if (at < marks && !w->marks[at])
			count(w, w->tags[at], w->cache.size);
	}
}

static void count_large(struct walk *w, const struct page *page, unsigned long pfn)
{
	unsigned long base = (unsigned long)pfn_to_virt(pfn);
	u32 tag;
	u8 mark;

	if (view_read(w->r, &mark, TABLES_BASE + (base >> MARK_SHIFT_LARGE), 1) && !mark &&
	    view_read(w->r, &tag, tag_addr(base, MARK_SHIFT_LARGE), sizeof(tag)))
		count(w, tag, PAGE_SIZE << page->order);
}

static void count_run(struct walk *w, unsigned long pfn, unsigned long end)
{
	while (pfn < end) {
		const struct page *page = walk_page(w, pfn, end);
		unsigned int order;

		if (!page)
			return;
		order = page->state != PAGE_NONE && page->order <= MAX_PAGE_ORDER ? page->order : 0;
		if (page->state == PAGE_SLAB)
			count_slab(w, page, pfn);
		else if (page->state == PAGE_LARGE)
			count_large(w, page, pfn);
		pfn += 1UL << order;
	}
}

static bool count_areas(struct walk *w)
{
	struct vmap_area a;
	struct vmap v;
	u32 i;

	if (!view_read(w->r, &v, w->roots->vmap, sizeof(v)))
		return false;
	for (i = 1; v.started && i < v.nr_areas; i++) {
		if (!view_read(w->r, &a, w->roots->areas + i * sizeof(a), sizeof(a)))
			return false;
		if (a.state == VMAP_LIVE)
			count(w, a.tag, vmap_bytes(a.pages));
	}
	return true;
}

static bool count_all(struct walk *w)
{
	struct frame_runs runs;
	unsigned int i;

	if (!view_read(w->r, &runs, w->roots->frame_runs, sizeof(runs)))
		return false;
	for (i = 0; i < min(runs.nr, (unsigned int)MAX_FRAME_RUNS); i++) {
		w->pages_pfn = 0;
		count_run(w, runs.run[i].start, runs.run[i].end);
	}
	return count_areas(w);
}

/* --- the answer --- */

u64 alloc_tag_site(const struct view_reader *r, const struct alloc_tag_roots *roots, u32 tag)
{
	u64 pc;

	if (!roots->pcs || !tag || tag > NR_ALLOC_TAGS ||
	    !view_read(r, &pc, roots->pcs + (tag - 1) * sizeof(pc), sizeof(pc)))
		return 0;
	pc &= ~RUNTIME;
	return pc == RETIRED ? 0 : pc;
}

static bool is_before(const struct alloc_tag_counters *a, const struct alloc_tag_counters *b)
{
	return a->bytes != b->bytes ? a->bytes > b->bytes : a->pc < b->pc;
}

static void sift_down(struct alloc_tag_counters *c, size_t at, size_t n)
{
	for (;;) {
		size_t child = 2 * at + 1;
		struct alloc_tag_counters tmp;

		if (child + 1 < n && is_before(&c[child], &c[child + 1]))
			child++;
		if (child >= n || !is_before(&c[at], &c[child]))
			return;
		tmp = c[at];
		c[at] = c[child];
		c[child] = tmp;
		at = child;
	}
}

/* Heap sort: qsort allocates. The last in order is at the root. */
static void sort_counters(struct alloc_tag_counters *c, size_t n)
{
	size_t i;

	for (i = n / 2; i-- > 0;)
		sift_down(c, i, n);
	for (i = n; i-- > 1;) {
		struct alloc_tag_counters tmp = c[0];

		c[0] = c[i];
		c[i] = tmp;
		sift_down(c, 0, i);
	}
}

/* The sites that have something alive, with their addresses, to the front. */
static long compact(struct walk *w)
{
	struct alloc_tag_counters *sum = w->sum;
	size_t tag, nr = 0;
	u64 pc;

	for (tag = 0; tag < NR_ALLOC_TAGS; tag++) {
		if (!sum[tag].calls)
			continue;
		if (!view_read(w->r, &pc, w->roots->pcs + tag * sizeof(pc), sizeof(pc)))
			return -EFAULT;
		sum[tag].pc = pc & ~RUNTIME;
		sum[nr++] = sum[tag];
	}
	sort_counters(sum, nr);
	return (long)nr;
}

long alloc_tag_top_users(const struct view_reader *r, const struct alloc_tag_roots *roots,
			 struct alloc_tag_counters *counters, size_t n)
{
	size_t sum_bytes = NR_ALLOC_TAGS * sizeof(*counters), i;
	struct walk *w;
	long nr;

	if (!roots->pcs)
		return 0;
	w = os_map_any(PAGE_ALIGN(sizeof(*w)) + sum_bytes);
	if (!w)
		return -ENOMEM;
	w->r = r;
	w->roots = roots;
	w->sum = (struct alloc_tag_counters *)((char *)w + PAGE_ALIGN(sizeof(*w)));
	nr = count_all(w) ? compact(w) : -EFAULT;
	for (i = 0; nr > 0 && i < min(n, (size_t)nr); i++)
		counters[i] = w->sum[i];
	os_unmap(w, PAGE_ALIGN(sizeof(*w)) + sum_bytes);
	return nr;
}
