/*
 * kmem_cache.c - making, merging and destroying caches (kernel: the middle of
 * mm/slab_common.c; list_slab_objects of mm/slub.c).
 *
 * What the kernel does: kmem_cache_create() looks for a cache that the new one may
 * share (find_mergeable()), else makes one; kmem_cache_destroy() drops a name of it,
 * and with the last one the cache, unless objects are in use: these are reported,
 * and the cache is unlinked and leaks.
 *
 * What differs:
 *  - Name, size and flags are checked always, not with CONFIG_DEBUG_VM only. What
 *    is said when a cache cannot be made is the finding cache-create.
 *  - A cache that is destroyed with objects in use stays listed. It serves no
 *    allocation any more; its objects may still be freed, and then it may be
 *    destroyed once more.
 *  - The struct of a cache that is gone is kept until NR_TOMBSTONES more are, so that
 *    its use is found (kind destroyed-cache). The kernel has KASAN for that.
 *
 * Locks: slab_mutex for the list and the references; it is dropped before objects
 * are looked at.
 */
#include <errno.h>
#include <string.h>

#include "config/options.h"
#include "core/mm/alloc_tag.h"
#include "core/mm/slab.h"
#include "core/mm/slub_debug.h"
#include "core/os/os.h"
#include "core/report/report.h"

#define NR_TOMBSTONES 64

#define SLAB_FLAGS_PERMITTED                                                              \
	(KMEMU_SLAB_HWCACHE_ALIGN | KMEMU_SLAB_CACHE_DMA | KMEMU_SLAB_CACHE_DMA32 |       \
	 KMEMU_SLAB_PANIC | KMEMU_SLAB_TYPESAFE_BY_RCU | KMEMU_SLAB_DEBUG_FLAGS |         \
	 KMEMU_SLAB_NOLEAKTRACE | KMEMU_SLAB_RECLAIM_ACCOUNT | KMEMU_SLAB_ACCOUNT |       \
	 KMEMU_SLAB_KMALLOC | KMEMU_SLAB_NO_MERGE | KMEMU_SLAB_NO_USER_FLAGS)
#define SLAB_NEVER_MERGE                                                                  \
	(KMEMU_SLAB_RED_ZONE | KMEMU_SLAB_POISON | KMEMU_SLAB_STORE_USER |                \
	 KMEMU_SLAB_TRACE | KMEMU_SLAB_TYPESAFE_BY_RCU | KMEMU_SLAB_NOLEAKTRACE |         \
	 KMEMU_SLAB_FAILSLAB | KMEMU_SLAB_NO_MERGE | KMEMU_SLAB_CONSISTENCY_CHECKS)
#define SLAB_MERGE_SAME                                                                   \
	(KMEMU_SLAB_RECLAIM_ACCOUNT | KMEMU_SLAB_CACHE_DMA | KMEMU_SLAB_CACHE_DMA32 |     \
	 KMEMU_SLAB_ACCOUNT)

/* Under slab_mutex. */
static struct {
	struct kmem_cache *s[NR_TOMBSTONES];
	unsigned int next;
} tombstones;

/* --- making --- */

static void complain(const char *name, u32 size, int error, const char *rule, const void *caller)
{
	struct report r = { .kind = REPORT_CACHE_CREATE, .func = "kmem_cache_create", .cache = name,
			    .size = size, .error = error, .rule = rule, .caller = caller };

	report_submit(&r);
}

static u32 calculate_alignment(u32 flags, u32 align, u32 size)
{
	u32 line = 64;

	if (flags & KMEMU_SLAB_HWCACHE_ALIGN) {
		while (size <= line / 2)
			line /= 2;
		align = max(align, line);
	}
	return ALIGN(max(align, 8U), 8U);
}

/* NULL: a cache may be made so; else what is wrong. */
static const char *wrong_args(const char *name, u32 size, const struct kmemu_cache_args *args,
			      u32 flags)
{
	if (!name)
		return "it has no name";
	if (!size || size > KMALLOC_MAX_SIZE)
		return "objects are of 1 byte to 4 MiB";
	if (flags & ~SLAB_FLAGS_PERMITTED)
		return "these are no flags of a cache";
	if (args->align > PAGE_SIZE || !is_power_of_2(ALIGN(max(args->align, 8U), 8U)))
		return "the alignment is a power of two up to a page";
	if (args->use_freeptr_offset && (!(flags & KMEMU_SLAB_TYPESAFE_BY_RCU) || args->ctor ||
					 args->freeptr_offset + sizeof(void *) > size ||
					 args->freeptr_offset % sizeof(void *)))
		return "the free pointer cannot lie there";
	return NULL;
}

bool kmem_cache_args_are_good(const char *name, u32 size, const struct kmemu_cache_args *args,
			      u32 flags)
{
	const struct kmemu_cache_args none = { .align = 0 };

	return !wrong_args(name, size, args ? args : &none, flags);
}

/* Nothing may be copied where the region is none. */
static void check_usersize(const char *name, u32 size, struct kmemu_cache_args *args,
			   const void *caller)
{
	if ((args->usersize || !args->useroffset) && size >= args->usersize &&
	    size - args->usersize >= args->useroffset)
		return;
	complain(name, size, 0, "the usercopy region is not in the object", caller);
	args->usersize = args->useroffset = 0;
}

/* Of these, only what makes views and reports ambiguous. Under slab_mutex. */
static const char *wrong_name(const char *name)
{
	struct kmem_cache *s;

	if (strchr(name, ' '))
		return "a name with a blank confuses parsers";
	list_for_each_entry(s, &slab_caches, list)
		if (s->refcount && !strncmp(s->name, name, sizeof(s->name) - 1))
			return "kmem_cache of this name already exists";
	return NULL;
}

static bool may_merge(const struct kmem_cache *s, u32 size, u32 flags, u32 align)
{
	if (s->refcount <= 0 || s->ctor || s->usersize || (s->flags & SLAB_NEVER_MERGE))
		return false;
	return size <= s->size && s->size - size < sizeof(void *) &&
	       (flags & SLAB_MERGE_SAME) == (s->flags & SLAB_MERGE_SAME) && s->size % align == 0;
}

/* Oldest first (kernel: find_mergeable). Under slab_mutex. */
static struct kmem_cache *find_mergeable(u32 size, const struct kmemu_cache_args *args, u32 flags)
{
	struct list_head *at;
	u32 align;

	if (kmemu_opts.slab_nomerge || args->ctor || args->usersize || (flags & SLAB_NEVER_MERGE))
		return NULL;
	size = ALIGN(size, 8U);
	align = calculate_alignment(flags, args->align, size);
	size = ALIGN(size, align);
	for (at = slab_caches.prev; at != &slab_caches; at = at->prev) {
		struct kmem_cache *s = list_entry(at, struct kmem_cache, list);

		if (may_merge(s, size, flags, align))
			return s;
	}
	return NULL;
}

/* Its objects are as long as its longest name's. */
static void merge(struct kmem_cache *s, u32 size)
{
	WRITE_ONCE(s->refcount, s->refcount + 1);
	if (size <= s->object_size)
		return;
	WRITE_ONCE(s->object_size, size);
	s->inuse = max(s->inuse, ALIGN(size, 8U));
	if (s->cls)
		class_setup(s);
}

/* Not listed yet, or NULL: no memory. */
static struct kmem_cache *new_cache(const char *name, u32 size, struct kmemu_cache_args args,
				    u32 flags)
{
	struct kmem_cache *s = kmalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;
	alloc_tag_none(s);
	memset(s, 0, sizeof(*s));
	s->flags = flags;
	s->ctor = args.ctor;
	s->allocflags = cache_gfp(flags);
	s->refcount = 1;
	args.align = calculate_alignment(flags, args.align, size);
	if (!cache_setup(s, name, size, &args))
		return s;
	kvfree(s);
	return NULL;
}

static void list_cache(struct kmem_cache *s)
{
	if (!kmem_cache_debug(s) && s->size <= KMALLOC_MAX_CACHE_SIZE)
		sheaf_setup(s, class_get(sheaf_words(s, 32)));
	if (s->cls)
		class_setup(s);
	list_add(&s->list, &slab_caches);
}

/* Kernel: __kmem_cache_alias(), create_cache(). NULL: no memory. */
static struct kmem_cache *alias_or_new(const char *name, u32 size,
				       const struct kmemu_cache_args *args, u32 flags,
				       const void *caller)
{
	struct kmem_cache *s, *made = new_cache(name, size, *args, flags);
	const char *wrong;

	if (!made || !spin_lock(&slab_mutex)) {
		kvfree(made);
		return NULL;
	}
	wrong = wrong_name(name);
	s = find_mergeable(size, args, flags);
	if (s) {
		merge(s, size);
	} else {
		s = made;
		list_cache(s);
	}
	spin_unlock(&slab_mutex);
	if (s != made)
		kvfree(made);
	if (unlikely(wrong))
		complain(name, size, 0, wrong, caller);
	return s;
}

struct kmem_cache *kmem_cache_create_args(const char *name, u32 size,
					  const struct kmemu_cache_args *args, u32 flags,
					  const void *caller)
{
	struct kmemu_cache_args a = { .align = 0 };
	struct kmem_cache *s;
	const char *wrong;

	if (args)
		a = *args;
	wrong = wrong_args(name, size, &a, flags);
	if (wrong) {
		complain(name ? name : "(null)", size, -EINVAL, wrong, caller);
		return NULL;
	}
	check_usersize(name, size, &a, caller);
	s = alias_or_new(name, size, &a, flags, caller);
	if (!s)
		complain(name, size, -ENOMEM, "no memory", caller);
	return s;
}

struct kmem_cache *kmem_cache_create(const char *name, u32 size, u32 align, u32 flags,
				     void (*ctor)(void *))
{
	return kmem_cache_create_args(name, size,
				      &(struct kmemu_cache_args){ .align = align, .ctor = ctor },
				      flags, __builtin_return_address(0));
}

/* --- destroying --- */

bool __kmem_cache_check(const struct kmem_cache *s, const char *func, const void *caller)
{
	struct report r = { .kind = REPORT_DESTROYED_CACHE, .func = func, .addr = s,
			    .cache = s->name, .caller = caller };

	return report_submit(&r) != POLICY_FAIL && !s->gone;
}

static void free_map_of(struct kmem_cache *s, struct page *page, u64 map[SLAB_MAX_OBJECTS / 64])
{
	const u64 *bits = page->objects > 256 ? page->free_far : page->free;

	if (kmem_cache_debug(s))
		debug_free_map(s, page, map);
	else
		memcpy(map, bits, DIV_ROUND_UP(page->objects, 64U) * 8);
}

/* Objects of one slab that are in use, each told to the test that runs, if there is one. */
static void add_left(struct kmem_cache *s, struct page *page, struct report *r,
		     struct report_left *left)
{
	u64 map[SLAB_MAX_OBJECTS / 64];
	struct report about = { .kind = REPORT_OBJECTS_REMAINING };
	unsigned int i;

	free_map_of(s, page, map);
	for (i = 0; i < page->objects; i++) {
		char *p = (char *)page_address(page) + (size_t)i * s->size + s->red_left_pad;

		if ((map[i / 64] >> (i % 64) & 1) || slab_add_kunit_errors())
			continue;
		debug_describe(&about, s, p);
		if (r->nr_left < REPORT_LEFT_MAX)
			left[r->nr_left] = (struct report_left){ p, about.alloc_track };
		r->nr_left++;
	}
}

/*
 * Slabs without a free object are on no list, so what is in these is not shown; the
 * kernel's list_slab_objects() does not see them either.
 */
static void list_slab_objects(struct kmem_cache *s, const void *caller)
{
	struct report_left left[REPORT_LEFT_MAX];
	struct report r = { .kind = REPORT_OBJECTS_REMAINING, .func = "kmem_cache_destroy",
			    .cache = s->name, .left = left, .caller = caller };
	bool is_taken = false, locked = spin_lock(&s->node.list_lock);
	struct page *page;

	for (unsigned int i = 0; i < NR_CPU_PARTS; i++)
		list_for_each_entry(page, &s->node.partial[i], lru) {
			if (!r.slab.page)
				slab_describe(&r, page);
			is_taken = slab_add_kunit_errors();
			if (locked)
				add_left(s, page, &r, left);
		}
	r.now_ms = os_monotonic_ms();
	if (!is_taken)
		report_submit(&r);
	if (locked)
		spin_unlock(&s->node.list_lock);
}

/* Nothing of it is left. */
static void bury(struct kmem_cache *s)
{
	struct kmem_cache *oldest = NULL;

	if (!spin_lock(&slab_mutex))
		return;
	list_del(&s->list);
	class_put(s);
	s->gone = true;
	oldest = tombstones.s[tombstones.next];
	tombstones.s[tombstones.next] = s;
	tombstones.next = (tombstones.next + 1) % NR_TOMBSTONES;
	spin_unlock(&slab_mutex);
	kvfree(oldest);
}

/* False: others have a name of it still. */
static bool drop_name(struct kmem_cache *s)
{
	bool last;

	if (!spin_lock(&slab_mutex))
		return false;
	WRITE_ONCE(s->refcount, s->refcount - (s->refcount > 0));
	last = !s->refcount;
	spin_unlock(&slab_mutex);
	return last;
}

int kmem_cache_destroy_from(struct kmem_cache *s, const void *caller)
{
	bool busy;

	if (!s)
		return 0;
	if (READ_ONCE(s->refcount) < 0)
		return -EBUSY;
	if (s->gone) {
		__kmem_cache_check(s, "kmem_cache_destroy", caller);
		return 0;
	}
	if (!drop_name(s))
		return 0;
	if (!percpu_stop())
		return -EBUSY;
	flush_cache(s);
	busy = READ_ONCE(s->node.nr_slabs) != 0;
	if (!busy && s->cls)
		percpu_reset(s->cls);
	percpu_start();
	if (busy) {
		list_slab_objects(s, caller);
		return -EBUSY;
	}
	bury(s);
	return 0;
}

int kmem_cache_destroy(struct kmem_cache *s)
{
	return kmem_cache_destroy_from(s, __builtin_return_address(0));
}

int kmem_cache_shrink(struct kmem_cache *s)
{
	if (!percpu_stop())
		return -EBUSY;
	flush_cache(s);
	percpu_start();
	return READ_ONCE(s->node.nr_slabs) ? 1 : 0;
}
