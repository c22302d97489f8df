/*
 * slub.c - slabs of objects (kernel: mm/slub.c): layout, partial lists, the
 * barn, and the slow paths behind the sheaves. slab.h has the hit paths.
 *
 * What the kernel does: a cache takes blocks of pages (slabs), cuts them into
 * objects of one size, keeps slabs that have free objects on the node's
 * partial list and, since 6.18, moves objects to and from CPUs by the sheaf,
 * through the node's barn. So do we. Orders come from calculate_order().
 *
 * What differs, and why:
 *  - Free objects of a slab are a bitmap in struct page, not a chain through
 *    the objects. The chain costs a cache miss for each object followed and
 *    must be verified against programs that write into freed memory; a bitmap
 *    has neither, and says exactly whether an object is free. 64 bytes of
 *    struct page hold 256 bits; a slab of more objects (sizes 8 to 15) gets
 *    its bits from kmalloc-64.
 *  - Sheaves are stacks inside the per-CPU slot (percpu.h) and the barn is a
 *    stack of objects for each CPU: moving an armful is copying pointers, which
 *    is cheaper than the kernel's exchange of whole sheaves is at these sizes,
 *    and leaves no empty sheaves to keep.
 *  - Partial slabs are the CPU's that used them last, as in the kernel, and stay on
 *    the node's lists: a CPU that has none takes others' rather than many new ones.
 *  - No empty slab is kept: the per-CPU page lists and the warm free lists do
 *    that for all caches together.
 *  - How many objects a sheaf and the barn may hold grows with the cache
 *    (sheaf_limit): a small heap is not dwarfed by what is cached for it.
 *
 * Invariants, for each cache when the sheaves are stopped:
 *   total_objects == sum of page->objects over its slabs
 *   page->inuse   == page->objects - bits set in page->free
 *   a slab is on one of the partial lists <=> 0 < bits set < objects, or all set while
 *   it is being made
 *   free_objects  == sum of bits set
 * An object in a sheaf or the barn counts as in use by its slab.
 *
 * Locks: node.list_lock for all but the sheaves; it is dropped before pages
 * are asked for. A handler that meets it held by its own thread gets a page
 * block of its own for the object, and leaves frees on s->deferred.
 *
 * Cost: a refill or a flush is one lock for `batch` objects.
 */
#include <string.h>

#include "core/mm/alloc_tag.h"
#include "core/mm/gfp_check.h"
#include "core/mm/page_ref.h"
#include "core/mm/slab.h"
#include "core/mm/slub_debug.h"
#include "core/os/os.h"

#define BARN_BASE  (PERCPU_BASE + 0x40000000UL)
#define BARN_WORDS 2048U

/* --- layout (kernel: calculate_order, calculate_sizes) --- */

static unsigned int order_objects(unsigned int order, u32 size)
{
	return (unsigned int)(PAGE_SIZE << order) / size;
}

static int calc_slab_order(u32 size, unsigned int min_order, unsigned int fraction)
{
	unsigned int order;

	for (order = min_order; order <= SLAB_MAX_ORDER; order++) {
		unsigned int slab = (unsigned int)PAGE_SIZE << order;

		if (slab >= size && slab % size <= slab / fraction)
			return (int)order;
	}
	return -1;
}

static int calculate_order(u32 size)
{
	unsigned int min_objects = 4 * (fls64(os_nr_cpus()) + 1);
	unsigned int max_objects = max(order_objects(SLAB_MAX_ORDER, size), 1U);
	unsigned int fraction, min_order;
	int order;

	min_objects = min(min_objects, max_objects);
	min_order = get_order((size_t)min_objects * size);
	for (fraction = 16; fraction > 1; fraction /= 2) {
		order = calc_slab_order(size, min_order, fraction);
		if (order >= 0)
			return order;
	}
	order = (int)get_order(size);
	return order <= MAX_PAGE_ORDER ? order : -1;
}

/* The free pointer lies behind what it would spoil (kernel: calculate_sizes). */
static void calculate_sizes(struct kmem_cache *s, const struct kmemu_cache_args *args)
{
	bool rcu = s->flags & KMEMU_SLAB_TYPESAFE_BY_RCU;
	u32 size = ALIGN(s->object_size, 8U);

	s->inuse = size;
	s->link = 0;
	if (s->ctor || (rcu && !args->use_freeptr_offset)) {
		s->offset = s->link = size;
		size += 8;
	} else if (rcu) {
		s->offset = s->link = args->freeptr_offset;
	} else {
		s->offset = s->object_size / 2 & ~7U;
	}
	s->size = ALIGN(size, s->align);
}

/* Natural alignment for powers of two, else what was asked, a word at least. */
int calculate_cache(struct kmem_cache *s, const struct kmemu_cache_args *args)
{
	int order;

	s->align = max(s->align, 8U);
	if (kmem_cache_debug(s)) {
		calculate_debug_sizes(s, args);
		s->link = s->offset;
	} else {
		calculate_sizes(s, args);
	}
	order = calculate_order(s->size);
	if (order < 0)
		return -1;
	s->order = (u8)order;
	s->min_order = (u8)get_order(s->size);
	s->objects = (u16)min(order_objects(s->order, s->size), (u32)SLAB_MAX_OBJECTS);
	s->sheaf_least = (u16)clamp(8192 / s->size, s->size > PAGE_SIZE ? 2U : 4U, 64U);
	s->reciprocal = order <= SLAB_MAX_ORDER ? (u32)DIV_ROUND_UP(1UL << 32, (u64)s->size) : 0;
	return 0;
}

/* --- the bitmap of a slab --- */

static u64 *slab_bits(struct page *page)
{
	return page->objects > 256 ? page->free_far : page->free;
}

/* Exact while offset * size < 2^32, which slabs of up to 32 KiB are (kernel: reciprocal_divide). */
unsigned int obj_to_index(const struct kmem_cache *s, const struct page *page, const void *p)
{
	u64 offset = (u32)((u64)p - (u64)page_address(page));

	if (unlikely(!s->reciprocal))
		return (unsigned int)offset / s->size;
	return (unsigned int)(offset * s->reciprocal >> 32);
}

static bool bit_is_set(struct page *page, unsigned int i)
{
	return slab_bits(page)[i / 64] >> (i % 64) & 1;
}

/* Takes up to n free objects, lowest first. Under the lock. */
static unsigned int take_from_slab(struct kmem_cache *s, struct page *page, void **objs,
				   unsigned int n)
{
	u64 *bits = slab_bits(page);
	char *base = page_address(page);
	unsigned int w, got = 0, words = DIV_ROUND_UP(page->objects, 64U);

	for (w = 0; w < words && got < n; w++) {
		u64 word = bits[w];

		for (; word && got < n; word &= word - 1)
			objs[got++] =
				base + (w * 64 + (unsigned int)__builtin_ctzll(word)) * s->size;
		bits[w] = word;
	}
	page->inuse = (u16)(page->inuse + got);
	s->node.free_objects -= got;
	return got;
}

/* --- making and unmaking slabs --- */

static void slab_mark_frames(const struct kmem_cache *s, struct page *page, unsigned int order)
{
	/* A slab of fallback order is not aligned as the hit path's test needs. */
	u8 cls = order == s->order && class_limit[s->cls] ? s->cls : 0;

	memset(frame_class + page_to_pfn(page), cls, 1UL << order);
}

static bool slab_init_bits(struct page *page, bool nofail)
{
	unsigned int i, n = page->objects;
	u64 *bits;

	if (n > 256) {
		page->free_far = kmalloc(SLAB_MAX_OBJECTS / 8,
					 nofail ? GFP_KERNEL | __GFP_NOFAIL : GFP_NOWAIT);
		if (!page->free_far)
			return false;
		alloc_tag_none(page->free_far);
	}
	bits = slab_bits(page);
	for (i = 0; i < DIV_ROUND_UP(n, 64U); i++)
		bits[i] = n - i * 64 >= 64 ? ~0UL : (1UL << (n - i * 64)) - 1;
	return true;
}

/* Kernel: new_slab(), kmalloc_fix_flags(). False: refused. */
static bool check_flags(const struct kmem_cache *s, gfp_t *flags)
{
	/* A zone that is the cache's own is none of its caller's mistakes; GFP_DMA is said. */
	gfp_t given = *flags & ~(s->allocflags & ~__GFP_DMA);

	if (!gfp_fix_flags(&given))
		return false;
	*flags = given | s->allocflags;
	return !unlikely(s->ctor && given & __GFP_ZERO) ||
	       gfp_warn("kmem_cache_alloc", given, s->order, "__GFP_ZERO and a constructor");
}

/* Kernel: alloc_slab_page() by allocate_slab: the wished order without effort, else the least. */
static struct page *alloc_slab_page(const struct kmem_cache *s, gfp_t flags, unsigned int *order)
{
	gfp_t lazy = (flags | __GFP_NOWARN | __GFP_NORETRY) &
		     ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL | __GFP_ZERO);
	struct page *page;

	flags &= ~__GFP_ZERO; /* objects are cleared one by one */
	*order = s->order;
	page = alloc_pages(s->order > s->min_order ? lazy : flags, s->order);
	if (page || s->order == s->min_order)
		return page;
	*order = s->min_order;
	return alloc_pages(flags, s->min_order);
}

static void construct(const struct kmem_cache *s, struct page *page)
{
	char *base = (char *)page_address(page) + s->red_left_pad;
	unsigned int i;

	for (i = 0; s->ctor && i < page->objects; i++)
		s->ctor(base + i * s->size);
}

struct page *allocate_slab(struct kmem_cache *s, gfp_t flags)
{
	unsigned int order;
	struct page *page;

	if (!check_flags(s, &flags))
		return NULL;
	page = alloc_slab_page(s, flags, &order);
	if (!page)
		return NULL;
	WRITE_ONCE(page->slab_cache, s);
	page->inuse = 0;
	WRITE_ONCE(page->order, (u8)order);
	page->objects = (u16)min(order_objects(order, s->size), (u32)s->objects);
	if (kmem_cache_debug(s)) {
		setup_slab_debug(s, page);
	} else if (!slab_init_bits(page, gfp_nofail(flags))) {
		page->refs = 0;
		free_pages(page, order);
		return NULL;
	}
	construct(s, page);
	/* All bytes of it: those between two objects' mean nothing. */
	memset(mark_at(TABLES_BASE, page_address(page), s->mark_shift), 1,
	       PAGE_SIZE << order >> s->mark_shift);
	slab_mark_frames(s, page, order);
	__atomic_store_n(&page->state, PAGE_SLAB, __ATOMIC_RELEASE);
	return page;
}

static void free_slab(struct page *page)
{
	unsigned int order = page->order;

	if (page->objects > 256 && !kmem_cache_debug(page->slab_cache))
		kvfree(page->free_far);
	WRITE_ONCE(page->state, PAGE_LARGE);
	WRITE_ONCE(page->slab_cache, NULL);
	page->requested = 0;
	page->refs = 0;
	memset(frame_class + page_to_pfn(page), FRAME_DIRTY, 1UL << order);
	if (unlikely(page->flags & ~PAGE_FLAG_EMERGENCY))
		page_disown(page);
	free_pages(page, order);
}

void (*slab_call_rcu)(struct callback_head *head, void (*func)(struct callback_head *));

static void rcu_free_slab(struct callback_head *head)
{
	free_slab(container_of((struct list_head *)head, struct page, lru));
}

/* Who reads an object without a reference may do so until a grace period has passed. */
static void discard(struct page *page)
{
	if (unlikely(slab_call_rcu) && (page->slab_cache->flags & KMEMU_SLAB_TYPESAFE_BY_RCU))
		slab_call_rcu((struct callback_head *)&page->lru, rcu_free_slab);
	else
		free_slab(page);
}

void free_slab_list(struct list_head *slabs)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, slabs, lru)
		discard(page);
	INIT_LIST_HEAD(slabs); /* get_objects comes twice with its list */
}

/* Which part of a cache is this CPU's: a hint. */
static unsigned int cpu_part(const struct kmem_cache *s)
{
	return kmem_cache_debug(s) ? 0 : percpu_slot_id() % NR_CPU_PARTS;
}

static struct list_head *own_partial(struct kmem_cache *s)
{
	return &s->node.partial[cpu_part(s)];
}

/* A new slab enters the cache with all objects free. Under the lock. */
void add_slab(struct kmem_cache *s, struct page *page)
{
	struct kmem_cache_node *n = &s->node;

	list_add(&page->lru, own_partial(s));
	n->nr_partial++;
	WRITE_ONCE(n->nr_slabs, n->nr_slabs + 1);
	WRITE_ONCE(n->total_objects, n->total_objects + page->objects);
	n->free_objects += page->objects;
	n->peak_slabs = max(n->peak_slabs, n->nr_slabs);
}

/* An empty slab leaves the cache. Under the lock. */
void remove_slab(struct kmem_cache *s, struct page *page, struct list_head *empty)
{
	struct kmem_cache_node *n = &s->node;

	list_move(&page->lru, empty);
	n->nr_partial--;
	WRITE_ONCE(n->nr_slabs, n->nr_slabs - 1);
	WRITE_ONCE(n->total_objects, n->total_objects - page->objects);
	n->free_objects -= page->objects;
}

/*
 * Objects from objs[0] on that lie in page's slab, up to n: how many. Under the
 * lock (kernel: __slab_free). A slab left empty goes to `empty`. What counts is
 * written once for all of them: a 16-bit word that is read back each time costs
 * more than the rest (percpu.h).
 */
static unsigned int free_run(struct kmem_cache *s, struct page *page, void **objs,
			     unsigned int n, struct list_head *empty)
{
	u64 start = (u64)page_address(page), bytes = PAGE_SIZE << page->order;
	u64 *bits = slab_bits(page);
	unsigned int run, freed = 0;

	for (run = 0; run < n && (u64)objs[run] - start < bytes; run++) {
		unsigned int i = obj_to_index(s, page, objs[run]);
		u64 bit = 1UL << (i % 64);

		/* Set: freed twice, and a write after the first free has hidden it. */
		freed += !(bits[i / 64] & bit);
		bits[i / 64] |= bit;
	}
	s->node.free_objects += freed;
	if (freed && page->inuse == page->objects) {
		list_add_tail(&page->lru, own_partial(s));
		s->node.nr_partial++;
	}
	page->inuse = (u16)(page->inuse - freed);
	if (freed && !page->inuse)
		remove_slab(s, page, empty);
	return run;
}

static struct page *object_page(const struct kmem_cache *s, const void *p)
{
	unsigned long pfn = virt_to_pfn(p);
	struct page *page = pfn_to_page(pfn & ~((1UL << s->order) - 1));

	/* It may be another block's that is just being made: its state says it last. */
	if (likely(__atomic_load_n(&page->state, __ATOMIC_ACQUIRE) == PAGE_SLAB &&
		   READ_ONCE(page->slab_cache) == s && READ_ONCE(page->order) == s->order))
		return page;
	return page_head(pfn);
}

/* Under the lock. What a sheaf held has neighbours of one slab, often. */
static void free_to_slabs(struct kmem_cache *s, void **objs, unsigned int n,
			  struct list_head *empty)
{
	while (n) {
		unsigned int run = free_run(s, object_page(s, *objs), objs, n, empty);

		objs += run;
		n -= run;
	}
}

/* --- how much may be cached --- */

/*
 * Objects that a sheaf may hold: grows with the cache, up to its words. A program
 * of random sizes has now more, now fewer of a class, by the root of their
 * number; what a sheaf can't hold goes through the barn and comes to be mixed
 * with other CPUs' objects, down to the cache lines of their marks.
 */
static unsigned int sheaf_limit(const struct kmem_cache *s)
{
	unsigned long total = READ_ONCE(s->node.total_objects);
	unsigned long grown = READ_ONCE(sheaf_short) ? 0 : total / 4;
	unsigned long limit = max((unsigned long)s->sheaf_least, grown);

	return (unsigned int)min(limit, (unsigned long)s->stack_words);
}

static struct percpu_stack sheaf_stack(const struct kmem_cache *s)
{
	return (struct percpu_stack){ s->stack_base, (u16)(s->stack_base + sheaf_limit(s)) };
}

static unsigned int sheaf_batch(const struct kmem_cache *s)
{
	return max(sheaf_limit(s) / 2, 1U);
}

/* --- the barn; under the lock --- */

static void **barn_objects(const struct kmem_cache *s, unsigned int part)
{
	return (void **)BARN_BASE + ((size_t)s->cls * NR_CPU_PARTS + part) * BARN_WORDS;
}

static bool barn_map(struct kmem_cache *s, unsigned int part)
{
	if (likely(s->barn.mapped[part]))
		return true;
	s->barn.mapped[part] =
		s->cls && !os_map(barn_objects(s, part), BARN_WORDS * sizeof(void *));
	return s->barn.mapped[part];
}

/* 16 KiB of objects at the least: what one CPU frees another may want. */
static u32 barn_limit(const struct kmem_cache *s)
{
	unsigned long grown = s->node.total_objects / 32;
	unsigned long least = clamp(16384UL / s->size, 2UL, 256UL);

	return (u32)min(max(grown, least), (unsigned long)BARN_WORDS);
}

/* This CPU's first. */
static unsigned int barn_take(struct kmem_cache *s, void **objs, unsigned int n)
{
	unsigned int part = cpu_part(s), got;

	if (!s->barn.total)
		return 0;
	while (!s->barn.nr[part])
		part = (part + 1) % NR_CPU_PARTS;
	got = min(n, s->barn.nr[part]);
	s->barn.nr[part] -= got;
	s->barn.total -= got;
	memcpy(objs, barn_objects(s, part) + s->barn.nr[part], got * sizeof(void *));
	return got;
}

static unsigned int barn_put(struct kmem_cache *s, void **objs, unsigned int n)
{
	unsigned int part = cpu_part(s), limit = barn_limit(s), put;

	if (s->barn.total >= limit || !barn_map(s, part))
		return 0;
	put = min(n, limit - s->barn.total);
	memcpy(barn_objects(s, part) + s->barn.nr[part], objs, put * sizeof(void *));
	s->barn.nr[part] += put;
	s->barn.total += put;
	return put;
}

/* --- deferred frees, lock --- */

/* The link lies where nothing of a constructed object is. */
static void **deferred_link(const struct kmem_cache *s, void *p)
{
	return (void **)((char *)p + s->link);
}

void defer_object(struct kmem_cache *s, void *p)
{
	void *first = __atomic_load_n(&s->deferred, __ATOMIC_RELAXED);

	do {
		*deferred_link(s, p) = first;
	} while (!__atomic_compare_exchange_n(&s->deferred, &first, p, true, __ATOMIC_RELEASE,
					      __ATOMIC_RELAXED));
}

static void drain_deferred(struct kmem_cache *s, struct list_head *empty)
{
	void *p, *next;

	if (likely(!__atomic_load_n(&s->deferred, __ATOMIC_RELAXED)))
		return;
	p = __atomic_exchange_n(&s->deferred, NULL, __ATOMIC_ACQUIRE);
	for (; p; p = next) {
		next = *deferred_link(s, p);
		if (kmem_cache_debug(s))
			debug_free_deferred(s, p, empty);
		else
			free_to_slabs(s, &p, 1, empty);
	}
}

void node_unlock(struct kmem_cache *s, struct list_head *empty)
{
	drain_deferred(s, empty);
	spin_unlock(&s->node.list_lock);
	free_slab_list(empty);
}

/* --- refill --- */

#define PARTIAL_LOOKS  8
#define OTHERS_PARTIAL 2U /* slabs that a CPU which has none leaves to others */

/*
 * The fullest of the first few: slabs that are nearly empty get time to become
 * empty. The kernel takes the first.
 */
static struct page *best_partial(const struct list_head *partial)
{
	struct page *page, *best = NULL;
	int looks = 0;

	list_for_each_entry(page, partial, lru) {
		if (!best || page->inuse > best->inuse)
			best = page;
		if (++looks == PARTIAL_LOOKS)
			break;
	}
	return best;
}

/* Of another CPU: a whole slab moves, as what is left of it will be wanted here. */
static struct page *steal_partial(struct kmem_cache *s, struct list_head *own)
{
	for (unsigned int i = 0; i < NR_CPU_PARTS; i++) {
		struct page *page = best_partial(&s->node.partial[i]);

		if (!page)
			continue;
		list_move(&page->lru, own);
		return page;
	}
	return NULL;
}

/*
 * Objects from the barn, then from partial slabs. Two CPUs that share a slab share the
 * cache lines of its objects' marks: others' slabs are left to them, as long as
 * these are few and there is memory for a new one (steal). Under the lock.
 */
static unsigned int get_partial(struct kmem_cache *s, void **objs, unsigned int n, bool steal)
{
	unsigned int got = barn_take(s, objs, n);
	struct list_head *own = own_partial(s);

	steal |= s->node.nr_partial > OTHERS_PARTIAL;
	while (got < n) {
		struct page *page = best_partial(own);

		if (!page && steal && !got)
			page = steal_partial(s, own);
		if (!page)
			break;
		got += take_from_slab(s, page, objs + got, n - got);
		if (page->inuse == page->objects) {
			list_del(&page->lru);
			s->node.nr_partial--;
		}
	}
	return got;
}

/* A new slab; where other CPUs have some with free objects, only what costs no effort. */
static struct page *new_slab(struct kmem_cache *s, gfp_t flags, bool others)
{
	gfp_t lazy = flags & ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL | __GFP_HIGH | __GFP_MEMALLOC);

	return allocate_slab(s, others ? lazy | __GFP_NOWARN : flags);
}

/* Up to n objects, 0 when there is no memory; -1: the lock is this thread's. */
static int get_objects(struct kmem_cache *s, void **objs, unsigned int n, gfp_t flags)
{
	struct list_head empty = LIST_HEAD_INIT(empty);
	bool others = false, steal = false;
	struct page *page = NULL;
	unsigned int got;

	for (;;) {
		if (!spin_lock(&s->node.list_lock)) {
			if (page)
				free_slab(page);
			return -1;
		}
		if (page)
			add_slab(s, page);
		got = get_partial(s, objs, n, steal);
		/* Others freed enough while it was made. */
		if (page && !page->inuse)
			remove_slab(s, page, &empty);
		others = s->node.nr_partial && !steal;
		node_unlock(s, &empty);
		if (got || page)
			return (int)got;
		page = new_slab(s, flags, others);
		if (!page && !others)
			return 0;
		steal = true;
	}
}

/* A handler interrupted this cache's lock holder: a block for one object. */
void *alloc_emergency(struct kmem_cache *s, gfp_t flags)
{
	flags &= ~(__GFP_DIRECT_RECLAIM | __GFP_NOFAIL);
	struct page *page = alloc_pages(flags, s->min_order);
	void *p;

	if (!page)
		return NULL;
	page->requested = 0; /* tells it from kmalloc_large's, whoever had it last */
	p = page_address(page);
	if (s->ctor)
		s->ctor(p);
	return p;
}

static void put_objects(struct kmem_cache *s, void **objs, unsigned int n);

static void reverse(void **objs, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n / 2; i++) {
		void *p = objs[i];

		objs[i] = objs[n - 1 - i];
		objs[n - 1 - i] = p;
	}
}

/* The sheaf was empty: fills it and returns one object. */
static __noinline void *refill_sheaf(struct kmem_cache *s, gfp_t flags)
{
	void *objs[PERCPU_BATCH_MAX];
	unsigned int pushed, want = s->cls ? sheaf_batch(s) : 1;
	int got = get_objects(s, objs, min(want, (unsigned int)PERCPU_BATCH_MAX), flags);
	struct percpu_stack st;

	if (got < 0)
		return alloc_emergency(s, flags);
	if (got <= 1)
		return got ? objs[0] : NULL;
	/* Pushed last to first, so that the next hit takes the next address. */
	reverse(objs + 1, (unsigned int)got - 1);
	st = sheaf_stack(s);
	pushed = percpu_fill(s->cls, &st, objs + 1, (unsigned int)got - 1);
	if (pushed < (unsigned int)got - 1)
		put_objects(s, objs + 1 + pushed, (unsigned int)got - 1 - pushed);
	return objs[0];
}

static void *sheaf_get(struct kmem_cache *s)
{
	void *p;

	if (!s->cls)
		return NULL;
	p = percpu_pop(s->cls);
	return p || READ_ONCE(percpu_bytes) ? p : percpu_pop_slow(s->cls);
}

/* Kernel: the zeroing of slab_post_alloc_hook(). */
static void *init_object(const struct kmem_cache *s, void *p, size_t size, gfp_t flags)
{
	u32 only_asked = KMEMU_SLAB_STORE_USER | KMEMU_SLAB_RED_ZONE | KMEMU_SLAB_KMALLOC;

	if (slab_want_init_on_alloc(flags, s))
		memset(p, 0, (s->flags & only_asked) == only_asked ? size : s->object_size);
	return p;
}

void *slab_alloc_from(struct kmem_cache *s, gfp_t flags, size_t size, const void *caller)
{
	void *p = debug_alloc(s, flags | s->allocflags, size, caller);

	return p ? init_object(s, p, size, flags) : NULL;
}

void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	void *p = sheaf_get(s);

	if (unlikely(!p)) {
		if (kmem_cache_debug(s))
			return slab_alloc_from(s, flags, s->object_size,
					       __builtin_return_address(0));
		trim_tick();
		p = refill_sheaf(s, flags | s->allocflags);
	}
	if (unlikely(!p))
		return NULL;
	mark_used(p, s->mark_shift);
	return init_object(s, p, s->object_size, flags);
}

/* --- flush --- */

/* Gives objects back: to the barn while it has room, else to their slabs. */
static void put_objects(struct kmem_cache *s, void **objs, unsigned int n)
{
	struct list_head empty = LIST_HEAD_INIT(empty);
	unsigned int i;

	if (!spin_lock(&s->node.list_lock)) {
		for (i = 0; i < n; i++)
			defer_object(s, objs[i]);
		return;
	}
	i = barn_put(s, objs, n);
	free_to_slabs(s, objs + i, n - i, &empty);
	node_unlock(s, &empty);
	trim_arm();
}

/* The sheaf was full: half of it leaves, then p fits. */
static __noinline void flush_sheaf(struct kmem_cache *s, void *p)
{
	void *objs[PERCPU_BATCH_MAX];
	struct percpu_stack st = sheaf_stack(s);
	unsigned int n;

	if (percpu_fill(s->cls, &st, &p, 1)) /* the limit has grown */
		return;
	n = percpu_take(s->cls, objs, min(sheaf_batch(s), PERCPU_BATCH_MAX - 1U));
	if (!percpu_fill(s->cls, &st, &p, 1))
		objs[n++] = p;
	if (n)
		put_objects(s, objs, n);
	trim_tick();
}

static bool sheaf_put(struct kmem_cache *s, void *p)
{
	struct percpu_stack st;

	if (percpu_push(s->cls, p))
		return true;
	if (READ_ONCE(percpu_bytes))
		return false;
	st = sheaf_stack(s);
	return percpu_push_slow(s->cls, &st, p);
}

void __slab_free_from(struct kmem_cache *s, struct page *page, void *p, const void *caller)
{
	if (kmem_cache_debug(s)) {
		debug_free(s, page, p, caller);
		return;
	}
	if (slab_want_init_on_free(s))
		memset(p, 0, s->object_size);
	mark_free(p, s->mark_shift);
	if (!s->cls)
		put_objects(s, &p, 1);
	else if (!sheaf_put(s, p))
		flush_sheaf(s, p);
}

/* --- is it free? --- */

/* Under the lock, whoever of this thread took it: only its holder drains. */
static bool deferred_holds(const struct kmem_cache *s, const void *p)
{
	void *at = __atomic_load_n(&s->deferred, __ATOMIC_ACQUIRE);

	for (; at; at = *deferred_link(s, at))
		if (at == p)
			return true;
	return false;
}

/* Objects that share a mark: the slab's bits know, as these have no sheaf. */
static bool is_small_free(struct kmem_cache *s, struct page *page, const void *p)
{
	bool locked = spin_lock(&s->node.list_lock), ret;

	ret = bit_is_set(page, obj_to_index(s, page, p));
	if (!ret && unlikely(READ_ONCE(s->deferred)) &&
	    (locked || spin_is_mine(&s->node.list_lock)))
		ret = deferred_holds(s, p);
	if (locked)
		spin_unlock(&s->node.list_lock);
	return ret;
}

bool is_object_free(struct kmem_cache *s, struct page *page, const void *p)
{
	return s->size >= MARK_BYTES ? is_marked_free(p, s->mark_shift) : is_small_free(s, page, p);
}

/* --- draining, validation --- */

struct drain {
	struct kmem_cache *s;
	struct list_head empty;
};

static void drain_one(void *ctx, void *p)
{
	struct drain *d = ctx;

	free_to_slabs(d->s, &p, 1, &d->empty);
}

void flush_cache(struct kmem_cache *s)
{
	struct drain d = { .s = s };
	void *p;

	INIT_LIST_HEAD(&d.empty);
	if (!spin_lock(&s->node.list_lock))
		return;
	if (kmem_cache_debug(s))
		debug_flush(s, &d.empty);
	if (s->cls)
		percpu_drain(s->cls, drain_one, &d);
	while (barn_take(s, &p, 1))
		drain_one(&d, p);
	node_unlock(s, &d.empty);
}

void flush_all_caches(void)
{
	struct kmem_cache *s;

	if (!spin_lock(&slab_mutex))
		return;
	list_for_each_entry(s, &slab_caches, list)
		flush_cache(s);
	spin_unlock(&slab_mutex);
}

static unsigned int count_free(struct page *page)
{
	unsigned int w, n = 0;

	for (w = 0; w < DIV_ROUND_UP(page->objects, 64U); w++)
		n += (unsigned int)__builtin_popcountll(slab_bits(page)[w]);
	return n;
}

static int validate_bits(struct kmem_cache *s)
{
	struct kmem_cache_node *n = &s->node;
	unsigned long partial = 0, free = 0;
	struct page *page;
	int bad = 0;

	for (unsigned int i = 0; i < NR_CPU_PARTS; i++)
		list_for_each_entry(page, &n->partial[i], lru) {
			unsigned int bits = count_free(page);

			partial++;
			free += bits;
			bad += page->state != PAGE_SLAB || page->slab_cache != s;
			bad += bits != (unsigned int)(page->objects - page->inuse);
			bad += !bits;
		}
	bad += partial != n->nr_partial;
	bad += free != n->free_objects;
	bad += n->nr_partial > n->nr_slabs;
	bad += n->free_objects > n->total_objects;
	return bad;
}

int validate_slab_cache_from(struct kmem_cache *s, const void *caller)
{
	int bad;

	if (!spin_lock(&s->node.list_lock))
		return 0;
	bad = kmem_cache_debug(s) ? debug_validate(s, caller) : validate_bits(s);
	spin_unlock(&s->node.list_lock);
	return bad;
}

int validate_slab_cache(struct kmem_cache *s)
{
	return validate_slab_cache_from(s, __builtin_return_address(0));
}
