/*
 * slab.h - the slab allocator's structures and its hit paths (kernel:
 * mm/slab.h, and the fast paths of mm/slub.c).
 *
 * malloc(100) on a hit: size -> class by one table, pop from this CPU's sheaf,
 * clear the mark. free(p): range test, one look into frame_class, start-of-
 * object test, mark test, push. Everything rare is a miss: not initialized,
 * no rseq, sheaf empty or full, a cache with a constructor, a debug cache, a
 * page block, a foreign pointer.
 *
 * Start of an object. For a class of stride s in slabs of B bytes the test is
 *	(u32)((p & (B - 1)) * mul) < limit
 * with mul = ceil(2^32 / s), e = s * mul - 2^32, limit = e ? objects * e : 1:
 * offset i * s gives i * e, which is below limit only for i < objects; any
 * other offset gives at least mul, which is above limit as B <= 32 KiB.
 * A class for which this must not pass has limit 0.
 *
 * Mark. A byte beside the heap for each object: 1 while it is free, wherever it
 * waits (sheaf, barn, slab, page list), 0 while it is the program's. malloc
 * clears it, free tests and sets it, so a double free is found for certain and
 * nothing of the object is read or written. It lies at TABLES_BASE + (address
 * >> shift), where shift is the class's: 4 for objects from 16 bytes on, 6 from
 * 64, 9 from 4096. The shifted addresses fall into tables of their own. A cache
 * line of marks covers 1 KiB to 4 KiB of small objects: CPUs that use objects
 * in one of them fight over it, and 9 from 512 on (32 KiB) cost 8 threads that
 * share nothing a third more. (A
 * marker in the object's second word was tried first: its load at free is a
 * cache miss that the CPU waits for whenever the object is cold; one table with
 * a byte for 16 was second: 6 % of the heap, and a cache line for 1 KiB of it.)
 * Objects closer than 16 bytes would share a byte: such caches have no sheaf,
 * their slabs' bitmaps say who is free.
 *
 * Class ids, the values of frame_class: 0 none; 1..13 kmalloc by the kernel's
 * index; 14..19 page blocks of order 0..5 (per-CPU page lists); 20..254 other
 * caches; 255 FRAME_DIRTY.
 */
#pragma once

#include "core/mm/internal.h"
#include "core/os/percpu.h"
#include "include/kmemu/slab.h"

#define KMALLOC_SHIFT_HIGH     13
#define KMALLOC_MAX_CACHE_SIZE (1UL << KMALLOC_SHIFT_HIGH)
#define NR_KMALLOC_CLASSES     14 /* index 0 is unused */
#define CLASS_PCP	       14 /* + order */
#define CLASS_FIRST_OTHER      20
#define SLAB_MAX_ORDER	       3
#define SLAB_MAX_OBJECTS       512

enum kmalloc_cache_type { KMALLOC_NORMAL,
			  KMALLOC_DMA,
			  KMALLOC_RECLAIM,
			  KMALLOC_CGROUP,
			  NR_KMALLOC_TYPES };

/*
 * By class id, what free's hit path needs, and size: what an object is good for,
 * for malloc_usable_size and realloc. In the plan, not in .bss: the base
 * of the byte tables addresses it too. class_table_ready: it is mapped.
 */
struct class_table {
	struct {
		u32 mask, mul;
	} of[256];
	u32 limit[256];
	u8 mark_shift[256];
	u32 size[256];
};

/* CPUs (slots of percpu.h) are told apart modulo this where what one had last comes back to it. */
#define NR_CPU_PARTS 4

/* kernel: struct kmem_cache_node */
struct kmem_cache_node {
	kmemu_lock_t list_lock;
	/*
	 * Slabs with free and used objects, by the CPU that took of them last or freed
	 * the first one (kernel: kmem_cache_cpu's partial). Debug caches: in the first.
	 */
	struct list_head partial[NR_CPU_PARTS];
	struct list_head full;	     /* debug caches with SLAB_STORE_USER: the others */
	unsigned long nr_partial;    /* on these lists */
	unsigned long nr_slabs;	     /* all, full ones included */
	unsigned long total_objects; /* in these slabs */
	unsigned long free_objects;  /* of these, free in the slabs' bitmaps */
	unsigned long peak_slabs;
};

/*
 * kernel 6.18: struct node_barn. Here a stack of objects for each CPU that flushes, not of
 * sheaves: it takes its own back first, so that the cache lines of their marks stay its own.
 */
struct node_barn {
	u32 nr[NR_CPU_PARTS]; /* objects in each */
	u32 total;
	bool mapped[NR_CPU_PARTS]; /* its part of the plan is */
};

struct kmem_cache {
	KMEMU_CACHE_FIELDS
	char name[32];
	u32 reciprocal;	 /* of size: obj_to_index(); 0: divide */
	u16 objects;	 /* in a slab of `order` */
	u16 sheaf_least; /* objects that a sheaf may hold in a cache of any size */
	u8 order, min_order;
	u8 cls;			     /* class id, 0: no sheaf */
	u8 type;		     /* enum kmalloc_cache_type */
	u8 mark_shift;
	u32 link;		     /* offset of the link of deferred frees */
	u16 stack_base, stack_words; /* this class's part of a slot */
	u16 batch;		     /* objects moved at once */
	gfp_t allocflags;
	void (*ctor)(void *);
	struct kmem_cache_node node;
	struct node_barn barn;
	void *deferred; /* frees by handlers, linked by their first word */
	/* With slab_accounting only: calls, and bytes they asked for. */
	unsigned long allocs, frees, requested_bytes;
	int refcount;	       /* names of it; 0: destroyed; kmalloc caches -1: never */
	bool gone;	       /* destroyed, and nothing of it is left but this struct */
	struct list_head list; /* of slab_caches */
};

extern bool class_table_ready;
extern __hidden struct kmem_cache *class_cache[256];
extern struct kmem_cache kmalloc_caches[NR_KMALLOC_TYPES][NR_KMALLOC_CLASSES];
/* Class of a request: index (size + 15) / 16, sizes 0 to 8192. */
extern __hidden u8 kmalloc_size_class[KMALLOC_MAX_CACHE_SIZE / 16 + 1];
/* The same, armed or not; 0 with slab_no_hits. */
extern __hidden u8 armed_size_class[KMALLOC_MAX_CACHE_SIZE / 16 + 1];
extern struct list_head slab_caches;
extern kmemu_lock_t slab_mutex;
/*
 * Something is to be told of every call (armed.h): none is a hit then. Set
 * before the tables are made, or by slab_arm(): kmalloc_size_class is 0, a class
 * whose stack is always empty, and the limits that free's hit reads are 0 as well,
 * so the hit path itself knows nothing of it. class_limit has the true ones.
 */
extern bool slab_armed_word;
#define slab_armed READ_HOT(slab_armed_word)
/* From here on. A call of another thread that is under way may be a hit yet. Any context. */
void slab_arm(void);
extern bool slab_counting; /* armed, and a verdict wants to know how many calls there were */
extern bool slab_accounting; /* summary=1: armed, and calls are counted by cache */
extern bool slab_no_hits; /* armed, and no call is a hit even by the armed tables */
extern u32 class_limit[256];

/*
 * init_on_alloc=1: __GFP_ZERO, which every request carries then; else 0. Set with
 * slab_armed, so hits have nothing to do with it (kernel: static keys).
 */
extern gfp_t init_on_alloc;
extern bool init_on_free;

/* kernel: slab_ksize(): what of an object its user may use. */
static inline u32 slab_ksize(const struct kmem_cache *s)
{
	if (s->flags & (KMEMU_SLAB_RED_ZONE | KMEMU_SLAB_POISON))
		return s->object_size;
	if (s->flags & (KMEMU_SLAB_TYPESAFE_BY_RCU | KMEMU_SLAB_STORE_USER))
		return s->inuse;
	return s->size;
}

/* kernel: want_init_on_alloc(), slab_want_init_on_alloc(), slab_want_init_on_free() */
static inline bool want_init_on_alloc(gfp_t flags)
{
	return (flags | init_on_alloc) & __GFP_ZERO;
}

static inline bool slab_want_init_on_alloc(gfp_t flags, const struct kmem_cache *s)
{
	if (s->ctor)
		return false;
	if (s->flags & (KMEMU_SLAB_TYPESAFE_BY_RCU | KMEMU_SLAB_POISON))
		return flags & __GFP_ZERO;
	return want_init_on_alloc(flags);
}

static inline bool slab_want_init_on_free(const struct kmem_cache *s)
{
	return unlikely(init_on_free) && !s->ctor &&
	       !(s->flags & (KMEMU_SLAB_TYPESAFE_BY_RCU | KMEMU_SLAB_POISON));
}

#define MARK_SHIFT_SMALL 4
#define MARK_SHIFT_MIDDLE 6
#define MARK_SHIFT_LARGE 9 /* and of page blocks */
#define MARK_BYTES (1U << MARK_SHIFT_SMALL)

static __always_inline struct class_table *class_table_at(unsigned long base)
{
	return (struct class_table *)base;
}

#define CLASS_TABLE (class_table_at(TABLES_BASE))

static __always_inline unsigned int mark_shift_of(u32 size)
{
	if (size < 1U << MARK_SHIFT_MIDDLE)
		return MARK_SHIFT_SMALL;
	return size < PAGE_SIZE ? MARK_SHIFT_MIDDLE : MARK_SHIFT_LARGE;
}

static __always_inline u8 *mark_at(unsigned long base, const void *p, unsigned int shift)
{
	return (u8 *)(base + ((unsigned long)p >> shift));
}

static __always_inline void mark_free(const void *p, unsigned int shift)
{
	__atomic_store_n(mark_at(TABLES_BASE, p, shift), 1, __ATOMIC_RELAXED);
}

static __always_inline void mark_used(const void *p, unsigned int shift)
{
	__atomic_store_n(mark_at(TABLES_BASE, p, shift), 0, __ATOMIC_RELAXED);
}

static __always_inline bool is_marked_free(const void *p, unsigned int shift)
{
	return READ_ONCE(*mark_at(TABLES_BASE, p, shift)) != 0;
}

/* The same by class, for hit paths: where it lies behind the base. */
static __always_inline unsigned long mark_index(unsigned long base, const void *p,
						unsigned long cls)
{
	return (unsigned long)p >> class_table_at(base)->mark_shift[cls];
}

static __always_inline void mark_set(unsigned long base, unsigned long index, u8 value)
{
	__atomic_store_n((u8 *)(base + index), value, __ATOMIC_RELAXED);
}

/*
 * An object of at least max(size, 16) bytes from this CPU, or NULL: a miss. Else *mark is
 * its mark's index.
 */
static __always_inline void *slab_alloc_at(const u8 *size_class, size_t size, unsigned long *mark)
{
	unsigned long cls, base = tables_base();
	void *p;

	if (unlikely(size > KMALLOC_MAX_CACHE_SIZE))
		return NULL;
	cls = READ_HOT(size_class[(size + 15) >> 4]);
	p = percpu_pop_at(base, cls);
	if (likely(p)) {
		*mark = mark_index(base, p, cls);
		mark_set(base, *mark, 0);
		return p;
	}
	if (unlikely(!cls)) /* armed: spares the slot's lock */
		return NULL;
	p = percpu_pop_guarded(cls);
	if (p) {
		*mark = mark_index(base, p, cls);
		mark_set(base, *mark, 0);
	}
	return p;
}

static __always_inline void *slab_alloc_by(const u8 *size_class, size_t size)
{
	unsigned long mark;

	return slab_alloc_at(size_class, size, &mark);
}

static __always_inline void *slab_alloc_hit(size_t size)
{
	return slab_alloc_by(kmalloc_size_class, size);
}

static __always_inline bool starts_object(const struct class_table *t, const void *p,
					  unsigned long cls, u32 limit)
{
	u32 offset = (u32)(unsigned long)p & t->of[cls].mask;

	return offset * t->of[cls].mul < limit;
}

/* A block of order 2 to 5 from this CPU's page lists, or NULL. */
static __always_inline void *page_alloc_hit(size_t size)
{
	void *p;

	if (size <= KMALLOC_MAX_CACHE_SIZE || size > PAGE_SIZE << PCP_MAX_ORDER)
		return NULL;
	p = percpu_pop(CLASS_PCP + get_order(size));
	if (likely(p))
		mark_used(p, MARK_SHIFT_LARGE);
	return p;
}

/* Whether free may look p up: *cls is its frame's class then. */
static __always_inline bool class_lookup(unsigned long base, const void *p, unsigned long *cls)
{
	unsigned long frame = (unsigned long)p >> PAGE_SHIFT;

	if (unlikely(frame - READ_HOT(span_lo) >= READ_HOT(span_frames)))
		return false;
	*cls = *(const u8 *)(base + frame);
	return true;
}

/* True: p starts a live object of a plain class, *cls. Armed or not. */
static __always_inline bool slab_lookup(const void *p, unsigned long *cls)
{
	unsigned long base = tables_base();
	const struct class_table *t = class_table_at(base);

	return class_lookup(base, p, cls) && starts_object(t, p, *cls, class_limit[*cls]) &&
	       likely(!READ_ONCE(*(const u8 *)(base + mark_index(base, p, *cls))));
}

/* What p is good for, a live object or block of a plain class; 0: a miss. */
static __always_inline size_t slab_size_hit(const void *p)
{
	unsigned long cls, base = tables_base();
	const struct class_table *t = class_table_at(base);

	if (unlikely(!class_lookup(base, p, &cls)))
		return 0;
	if (unlikely(!starts_object(t, p, cls, READ_HOT(t->limit[cls]))))
		return 0;
	if (unlikely(READ_ONCE(*(const u8 *)(base + mark_index(base, p, cls)))))
		return 0;
	return t->size[cls];
}

/* False: a miss of any kind, p is untouched. */
static __always_inline bool slab_free_by(bool armed, void *p)
{
	unsigned long cls, mark, base = tables_base();
	const struct class_table *t = class_table_at(base);

	if (unlikely(!class_lookup(base, p, &cls)))
		return false;
	if (unlikely(!starts_object(t, p, cls, armed ? class_limit[cls] : READ_HOT(t->limit[cls]))))
		return false;
	mark = mark_index(base, p, cls);
	if (unlikely(!byte_set_once(base, mark)))
		return false;
	if (likely(percpu_push_at(base, cls, p)) || percpu_push_guarded(cls, p))
		return true;
	mark_set(base, mark, 0);
	return false;
}

static __always_inline bool slab_free_hit(void *p)
{
	return slab_free_by(false, p);
}

/* --- slab_common.c ------------------------------------------------------ */

/*
 * The class table is mapped with the first memory, not at start: who never
 * allocates here (another allocator, a second copy of this library, a program
 * that wants the place) is not in the way. False: it cannot be had.
 */
bool class_table_map(void);
/* For kmem_cache.c: an id for a sheaf of so many words, 0: none is left; its owner. */
unsigned int class_get(unsigned int words);
void class_put(struct kmem_cache *s);
void class_setup(struct kmem_cache *s);
unsigned int sheaf_words(const struct kmem_cache *s, unsigned int most);
void sheaf_setup(struct kmem_cache *s, unsigned int cls);
gfp_t cache_gfp(u32 flags);
/* flags and ctor are set; args->align is a power of two. Negative: no such layout. */
int cache_setup(struct kmem_cache *s, const char *name, u32 size,
		const struct kmemu_cache_args *args);
void kmem_cache_init(void);
unsigned int kmalloc_index(size_t size);
struct kmem_cache *kmalloc_slab(size_t size, gfp_t flags);
size_t kmalloc_size_roundup(size_t size);
void *kmalloc(size_t size, gfp_t flags);
/* NULL, which func's caller is told of unless __GFP_NOWARN. */
__noinline __cold void *kmalloc_too_large(const char *func, size_t size, gfp_t flags);
/* size by an alignment: natural alignment of classes and blocks gives it. */
void *kmalloc_aligned(size_t size, size_t align, gfp_t flags);
void *kmalloc_large(size_t size, unsigned int order, gfp_t flags);
void kfree_large(struct page *page);
size_t ksize(const void *p);
/* NULL, and it is reported. args: NULL or all of them. */
struct kmem_cache *kmem_cache_create_args(const char *name, u32 size,
					  const struct kmemu_cache_args *args, u32 flags,
					  const void *caller);
/* False: whatever memory there is, such a cache is not made. */
bool kmem_cache_args_are_good(const char *name, u32 size, const struct kmemu_cache_args *args,
			      u32 flags);
struct kmem_cache *kmem_cache_create(const char *name, u32 size, u32 align, u32 flags,
				     void (*ctor)(void *));
/* 0, or -EBUSY: objects are in use, which is reported; the cache stays until they are not. */
int kmem_cache_destroy(struct kmem_cache *s);
int kmem_cache_destroy_from(struct kmem_cache *s, const void *caller);
bool __kmem_cache_check(const struct kmem_cache *s, const char *func, const void *caller);

/* False: s was destroyed, which is reported, and the call must fail. */
static inline bool kmem_cache_check(const struct kmem_cache *s, const char *func,
				    const void *caller)
{
	return likely(READ_ONCE(s->refcount)) || __kmem_cache_check(s, func, caller);
}
int kmem_cache_shrink(struct kmem_cache *s);
/* All validators, sheaves stopped and drained: inconsistencies found. */
int validate_all(void);

/* What an address is; for frees that are no hit, and for reports. */
enum object_kind {
	OBJECT_NONE,	    /* not our memory */
	OBJECT_FREE,	    /* ours, but not allocated */
	OBJECT_SLAB,	    /* start of an object that is in use, as far as known */
	OBJECT_SLAB_FREE,   /* start of a free object */
	OBJECT_SLAB_INSIDE, /* inside a slab, not at a start of an object */
	OBJECT_LARGE,	    /* start of an allocated block of pages */
	OBJECT_LARGE_FREE,  /* start of a block in the per-CPU page lists */
	OBJECT_LARGE_INSIDE,
};

struct object_info {
	enum object_kind kind;
	struct page *page; /* head */
	struct kmem_cache *cache;
	void *object; /* its start, where there is one */
	size_t size;  /* of the object or block */
};

void object_lookup(const void *p, struct object_info *info);

/* --- slub.c ------------------------------------------------------------- */

int calculate_cache(struct kmem_cache *s, const struct kmemu_cache_args *args);
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags);
/* The same; size bytes of the object are wanted, by caller. For debug caches. */
void *slab_alloc_from(struct kmem_cache *s, gfp_t flags, size_t size, const void *caller);
/* p is known to be the start of an object of s that is in use. */
void __slab_free_from(struct kmem_cache *s, struct page *page, void *p, const void *caller);
void kmem_cache_free(struct kmem_cache *s, void *p);
void kmem_cache_free_from(struct kmem_cache *s, void *p, const void *caller);
bool is_object_free(struct kmem_cache *s, struct page *page, const void *p);
/* Index of the object that holds p; the head page of s's slab. */
unsigned int obj_to_index(const struct kmem_cache *s, const struct page *page, const void *p);
/* While percpu_stop(): sheaves and barn back to the slabs, empty slabs back. */
void flush_cache(struct kmem_cache *s);
void flush_all_caches(void);
int validate_slab_cache(struct kmem_cache *s);
int validate_slab_cache_from(struct kmem_cache *s, const void *caller);
/* Shared with slub_debug.c; all but the first under the cache's list_lock. */
struct page *allocate_slab(struct kmem_cache *s, gfp_t flags);
void add_slab(struct kmem_cache *s, struct page *page);
void remove_slab(struct kmem_cache *s, struct page *page, struct list_head *empty);
void free_slab_list(struct list_head *slabs); /* without it */
/* Slabs of SLAB_TYPESAFE_BY_RCU are freed by it (call_rcu); NULL: at once. */
extern void (*slab_call_rcu)(struct callback_head *head, void (*func)(struct callback_head *));
void node_unlock(struct kmem_cache *s, struct list_head *empty);
void defer_object(struct kmem_cache *s, void *p); /* the lock is this thread's */
void *alloc_emergency(struct kmem_cache *s, gfp_t flags);
/* reclaim.c: much is to be given back, sheaves are kept short. */
extern bool sheaf_short;
/* pcp.c: the first word of a slot behind its stacks. */
u16 pcp_words_end(void);
