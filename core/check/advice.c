/*
 * advice.c - what an allocation should be in the kernel (kernel:
 * Documentation/core-api/memory-allocation.rst, in rules).
 *
 * Where it was seen decides the flags:
 *
 *	process context			GFP_KERNEL
 *	where it must not sleep, once	GFP_ATOMIC
 *	memory for DMA			GFP_DMA | one of these
 *
 * Its sizes decide the function:
 *
 *	up to 32 KiB (order 3)		kmalloc
 *	up to the cap, or on both sides	kvmalloc: contiguous memory of higher orders is not
 *					sure to be there (PAGE_ALLOC_COSTLY_ORDER)
 *	always above the cap		vmalloc
 *
 * and how it asked which one of the family: zeroed, an array, a string, moved.
 *
 * Both together may leave nothing. vmalloc may sleep, so a size above the cap where it must
 * not is a matter of design: the memory has to be there before. A block of
 * more than a page there is from reserves that are small and fragmented: in
 * interrupts, where nobody can wait, a mempool keeps what is needed.
 *
 * A fixed size that lies badly between kmalloc's caches is worth a cache of its
 * own when that saves a page and it is allocated often.
 *
 * Locks: none, pure.
 */
#include "core/check/advice.h"

#define COSTLY_BYTES (PAGE_SIZE << 3) /* PAGE_ALLOC_COSTLY_ORDER */
#define SLAB_BYTES COSTLY_BYTES /* the largest slab that is made (slub_max_order) */
#define CACHE_MAX 8192U /* KMALLOC_MAX_CACHE_SIZE: above it there are no buckets */
#define CACHE_ALIGN 8U /* ARCH_SLAB_MINALIGN */
#define HOT_CALLS 100U
#define SAVING_MIN PAGE_SIZE

const char *const advice_severity_names[NR_ADVICE_SEVERITIES] = { "redesign", "flags", "function",
								  "saving", "none" };

const char *const alloc_how_names[NR_ALLOC_HOWS] = {
	[ALLOC_MALLOC] = "malloc",
	[ALLOC_CALLOC] = "calloc",
	[ALLOC_CALLOC_ARRAY] = "calloc",
	[ALLOC_REALLOC_NEW] = "realloc",
	[ALLOC_ARRAY_NEW] = "reallocarray",
	[ALLOC_REALLOC] = "realloc",
	[ALLOC_ARRAY] = "reallocarray",
	[ALLOC_ALIGNED] = "aligned_alloc",
	[ALLOC_MEMALIGN] = "memalign",
	[ALLOC_POSIX_MEMALIGN] = "posix_memalign",
	[ALLOC_VALLOC] = "valloc",
	[ALLOC_KMALLOC] = "kmalloc",
	[ALLOC_KZALLOC] = "kzalloc",
	[ALLOC_KREALLOC] = "krealloc",
	[ALLOC_KVMALLOC] = "kvmalloc",
	[ALLOC_KVZALLOC] = "kvzalloc",
	[ALLOC_VMALLOC] = "vmalloc",
	[ALLOC_VZALLOC] = "vzalloc",
	[ALLOC_CACHE] = "kmem_cache_alloc",
	[ALLOC_PAGES] = "alloc_pages",
};

#define HOW(how) (1U << (how))
#define ZEROED                                                                                    \
	(HOW(ALLOC_CALLOC) | HOW(ALLOC_CALLOC_ARRAY) | HOW(ALLOC_KZALLOC) | HOW(ALLOC_KVZALLOC) | \
	 HOW(ALLOC_VZALLOC))
#define MOVED (HOW(ALLOC_REALLOC) | HOW(ALLOC_ARRAY) | HOW(ALLOC_KREALLOC))
#define OF_ARRAY (HOW(ALLOC_CALLOC_ARRAY) | HOW(ALLOC_ARRAY_NEW) | HOW(ALLOC_ARRAY))
#define ALIGNED                                                                  \
	(HOW(ALLOC_ALIGNED) | HOW(ALLOC_MEMALIGN) | HOW(ALLOC_POSIX_MEMALIGN) | \
	 HOW(ALLOC_VALLOC))
#define FALLS_BACK (HOW(ALLOC_KVMALLOC) | HOW(ALLOC_KVZALLOC) | HOW(ALLOC_VMALLOC) | \
		    HOW(ALLOC_VZALLOC))
#define KEPT (HOW(ALLOC_CACHE) | HOW(ALLOC_PAGES)) /* chosen with care already */

enum family { KMALLOC, KVMALLOC, VMALLOC };
enum member { PLAIN, ARRAY, ZERO, ZERO_ARRAY, MOVE, MOVE_ARRAY, NR_MEMBERS };

static const char *const names[][NR_MEMBERS] = {
	[KMALLOC] = { "kmalloc", "kmalloc_array", "kzalloc", "kcalloc", "krealloc",
		      "krealloc_array" },
	[KVMALLOC] = { "kvmalloc", "kvmalloc_array", "kvzalloc", "kvcalloc", "kvrealloc",
		       "kvrealloc" },
	[VMALLOC] = { "vmalloc", "vmalloc_array", "vzalloc", "vcalloc", "vrealloc", "vrealloc" },
};

u64 kmalloc_bucket(u64 size)
{
	u64 bucket = 8;

	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	while (bucket < size)
		bucket *= 2;
	return bucket;
}

static enum family family_of(const struct advice_facts *f)
{
	if (f->least > f->cap)
		return VMALLOC;
	return f->most > f->cap || f->most > COSTLY_BYTES ? KVMALLOC : KMALLOC;
}

static enum member member_of(const struct advice_facts *f)
{
	bool array = f->how & OF_ARRAY;

	if (f->how & MOVED)
		return array ? MOVE_ARRAY : MOVE;
	if (f->how & ZEROED)
		return array ? ZERO_ARRAY : ZERO;
	return array ? ARRAY : PLAIN;
}

/* The kernel's name of a function of libc's that allocates, NULL: it has none. */
static const char *of_callee(const char *callee)
{
	static const char *const of[][2] = {
		{ "strdup", "kstrdup" },       { "strndup", "kstrndup" },
		{ "asprintf", "kasprintf" },   { "asprintf_chk", "kasprintf" },
		{ "vasprintf", "kvasprintf" }, { "vasprintf_chk", "kvasprintf" },
		{ "g_strdup", "kstrdup" },     { "g_strndup", "kstrndup" },
	};

	for (size_t i = 0; callee && i < ARRAY_SIZE(of); i++)
		if (!__builtin_strcmp(callee, of[i][0]))
			return of[i][1];
	return NULL;
}

static const char *flags_of(const struct advice_facts *f, bool atomic)
{
	if (f->dma == DMA_YES)
		return atomic ? "GFP_DMA | GFP_ATOMIC" : "GFP_DMA | GFP_KERNEL";
	return atomic ? "GFP_ATOMIC" : "GFP_KERNEL";
}

static bool in_interrupt(const struct advice_facts *f)
{
	return f->contexts & (ADVISE_SOFTIRQ | ADVISE_HARDIRQ);
}

/*
 * What an object costs in a cache of that size: its part of the slab, whose rest is
 * nobody's. 32 objects of 1,000 bytes fill the slab that has 32 of 1,024.
 */
static u64 share(u64 size)
{
	u64 own = (size + CACHE_ALIGN - 1) / CACHE_ALIGN * CACHE_ALIGN;

	return SLAB_BYTES / (SLAB_BYTES / own);
}

/* What a cache of its own would save. What is aligned may need all of the bucket. */
static u64 saving(const struct advice_facts *f)
{
	u64 saves;

	if (f->least != f->most || f->most > CACHE_MAX || f->calls < HOT_CALLS || !f->most ||
	    f->how & (MOVED | KEPT | ALIGNED | OF_ARRAY) || of_callee(f->callee))
		return 0;
	saves = (share(kmalloc_bucket(f->most)) - share(f->most)) * f->alive;
	return saves >= SAVING_MIN ? saves : 0;
}

/* kmalloc aligns powers of two to themselves, and nothing else. */
static void align(const struct advice_facts *f, struct advice *a)
{
	bool fixed = f->least == f->most, cache = fixed && f->dma != DMA_YES;

	if (!(f->how & ALIGNED) || f->most > f->cap)
		return;
	if (fixed && is_power_of_2(f->most)) {
		if (f->dma != DMA_YES)
			a->reason = "a power of two is aligned to itself";
		return;
	}
	if (a->severity > ADVICE_FUNCTION)
		a->severity = ADVICE_FUNCTION;
	a->reason = cache ? "kmalloc aligns powers of two only: a cache with the alignment" :
			    "kmalloc aligns powers of two only: round the size up";
	if (cache)
		a->function = "kmem_cache_alloc";
}

static void in_process_context(const struct advice_facts *f, struct advice *a)
{
	enum family family = family_of(f);
	const char *callee = of_callee(f->callee);

	a->function = callee && family == KMALLOC ? callee : names[family][member_of(f)];
	a->flags = family == VMALLOC ? "" : flags_of(f, false);
	a->severity = ADVICE_NONE;
	a->reason = "process context";
	if (family != KMALLOC && !(f->how & FALLS_BACK)) {
		a->severity = ADVICE_FUNCTION;
		a->reason = family == VMALLOC ? "always above the cap of kmalloc" :
			    f->most > f->cap ? "above the cap of kmalloc at times" :
					       "above order 3 kmalloc may fail";
	}
}

/* Contiguous, and of a zone that the device reaches: no cache of one's own, no vmalloc. */
static void for_dma(const struct advice_facts *f, struct advice *a)
{
	a->function = names[KMALLOC][member_of(f)];
	a->flags = flags_of(f, false);
	a->severity = ADVICE_FLAGS;
	a->reason = "memory for DMA";
	if (f->most <= f->cap)
		return;
	a->function = "dma_alloc_coherent";
	a->flags = "GFP_KERNEL";
	a->severity = ADVICE_FUNCTION;
	a->reason = "memory for DMA above the cap: vmalloc's is not contiguous";
}

static void own_cache(struct advice *a, u64 saves, bool zeroed)
{
	a->saves = saves;
	a->function = zeroed ? "kmem_cache_zalloc" : "kmem_cache_alloc";
	if (a->severity == ADVICE_NONE) {
		a->severity = ADVICE_SAVING;
		a->reason = "a cache for the fixed size";
	}
}

/* One call cannot be both. */
static void note_elsewhere(const struct advice_facts *f, struct advice *a)
{
	if (!(f->contexts & ADVISE_TASK))
		return;
	if (family_of(f) == KVMALLOC)
		a->elsewhere = "kvmalloc(GFP_KERNEL)";
	else
		a->elsewhere = flags_of(f, false);
}

static void where_it_must_not_sleep(const struct advice_facts *f, struct advice *a)
{
	enum member member = member_of(f);

	a->severity = ADVICE_FLAGS;
	a->flags = flags_of(f, true);
	a->reason = "must not sleep";
	if (f->blocked_most > f->cap) {
		a->severity = ADVICE_REDESIGN;
		a->function = names[VMALLOC][member];
		a->flags = "";
		a->beforehand = true;
		a->reason = "above the cap where vmalloc must not be called";
		return;
	}
	if (family_of(f) != KMALLOC)
		a->function = names[KMALLOC][member];
	if (f->blocked_most > PAGE_SIZE && in_interrupt(f)) {
		a->function = "mempool_alloc";
		a->reason = "must not sleep, and more than a page fails early";
	} else if (f->blocked_most > PAGE_SIZE)
		a->reason = "must not sleep: better allocated before the lock is taken";
	note_elsewhere(f, a);
}

void advice_make(const struct advice_facts *f, struct advice *a)
{
	*a = (struct advice){ .flags = "" };
	in_process_context(f, a);
	if (f->dma == DMA_YES)
		for_dma(f, a);
	else if (saving(f))
		own_cache(a, saving(f), f->how & ZEROED);
	if (f->how & KEPT) {
		a->function = f->how & HOW(ALLOC_CACHE) ? "kmem_cache_alloc" : "alloc_pages";
		a->severity = ADVICE_NONE;
	}
	align(f, a);
	if (f->blocked)
		where_it_must_not_sleep(f, a);
}
