/*
 * util.c - functions over both allocators (kernel: mm/util.c kvmalloc_node,
 * kvfree; mm/slub.c kfree; mm/slab_common.c krealloc), and what is said about
 * a pointer that is not what it should be.
 *
 * kvmalloc follows mm/util.c: kmalloc up to the cap, vmalloc above it or when
 * contiguous memory is out, the latter only above a page and if the flags may
 * sleep, and never above INT_MAX. kfree(p) of what is not kmalloc memory would
 * take a kernel down; here it is reported by the check invalid_free and dropped,
 * heap unharmed.
 *
 * krealloc and kvrealloc keep what shrinks in its place, as in the kernel. realloc()
 * of a program (realloc_sized) moves what shrinks to half of its size or less to
 * a smaller one when that can be had.
 *
 * Locks: none of its own.
 */
#include <string.h>

#include "config/options.h"
#include "core/mm/gfp_check.h"
#include "core/mm/page_ref.h"
#include "core/mm/slab.h"
#include "core/mm/slub_debug.h"
#include "core/mm/util.h"
#include "core/report/report.h"

/* realloc() of a program grows beyond what kvmalloc() has of sizes. */
static void *kvmalloc_any(size_t size, gfp_t flags)
{
	void *p;

	if (likely(size <= kmemu_opts.kmalloc_max)) {
		p = kmalloc(size, size > PAGE_SIZE ? kmalloc_gfp_adjust(flags) : flags);
		if (likely(p) || size <= PAGE_SIZE || !gfpflags_allow_blocking(flags))
			return p;
	}
	if (!gfpflags_allow_blocking(flags) || size > PTRDIFF_MAX)
		return NULL;
	return __vmalloc(size, PAGE_SIZE, flags);
}

/* Kernel: WARN_ON_ONCE(!(flags & __GFP_NOWARN)), asked where vmalloc would follow. */
static __noinline __cold void *crazy_size(const char *func, gfp_t flags)
{
	if (gfpflags_allow_blocking(flags) && !(flags & __GFP_NOWARN))
		gfp_warn(func, flags, 0, "a size above INT_MAX");
	return NULL;
}

void *kvmalloc(size_t size, gfp_t flags)
{
	if (unlikely(size > INT32_MAX))
		return crazy_size("kvmalloc", flags);
	return kvmalloc_any(size, flags);
}

/* --- frees --- */

static bool in_freelist(const struct page *page, unsigned int i)
{
	const u64 *bits = page->objects > 256 ? page->free_far : page->free;

	return bits[i / 64] >> i % 64 & 1;
}

/* What the kernel calls the free list of a debug cache is one. */
static void describe_freelist(struct report *r, const struct object_info *info)
{
	if (info->object)
		r->slab.next = debug_next_free(info->cache, info->page, info->object);
	debug_describe(r, info->cache, info->object);
}

/* The first object of the slab's free list from number i on, or NULL. */
static const void *free_from(const struct kmem_cache *s, const struct page *page, unsigned int i)
{
	for (; i < page->objects; i++)
		if (in_freelist(page, i))
			return (char *)page_address(page) + (size_t)i * s->size;
	return NULL;
}

/* As it is at this moment; the slab may change meanwhile. */
static void describe_slab(struct report *r, const struct object_info *info)
{
	const struct kmem_cache *s = info->cache;
	struct page *page = info->page;

	slab_describe(r, page);
	if (kmem_cache_debug(s)) {
		describe_freelist(r, info);
		return;
	}
	r->slab.freelist = free_from(s, page, 0);
	if (info->object)
		r->slab.next = free_from(s, page, obj_to_index(s, page, info->object) + 1);
}

static enum report_kind kind_of(const struct object_info *info)
{
	switch (info->kind) {
	case OBJECT_SLAB:
		return REPORT_WRONG_CACHE;
	case OBJECT_SLAB_FREE:
	case OBJECT_LARGE_FREE:
		return REPORT_DOUBLE_FREE;
	case OBJECT_SLAB_INSIDE:
	case OBJECT_LARGE_INSIDE:
		return REPORT_INVALID_FREE;
	case OBJECT_FREE:
		return REPORT_FREE_FREED_AREA;
	default:
		return REPORT_FOREIGN_FREE;
	}
}

/* wanted: the cache that kmem_cache_free() was given, or NULL. */
static enum kmemu_policy report_free(const char *func, const void *p,
				     const struct object_info *info,
				     const struct kmem_cache *wanted, const void *caller)
{
	struct report r = { .kind = kind_of(info), .func = func, .addr = p,
			    .object = info->object, .object_size = info->size, .caller = caller };

	if (info->kind == OBJECT_LARGE_FREE || info->kind == OBJECT_LARGE_INSIDE)
		r.flags = REPORT_IN_LARGE;
	if (info->cache)
		describe_slab(&r, info);
	if (wanted)
		r.wrong_cache = wanted->name;
	return report_submit(&r);
}

/* p is in the vmalloc range: true if it starts an area, else it is reported. */
static bool check_vmalloc(const char *func, const void *p, const void *caller)
{
	struct report r = { .kind = REPORT_FREE_FREED_AREA, .func = func, .addr = p,
			    .flags = REPORT_IN_VMALLOC, .caller = caller };

	if (vmalloc_size(p))
		return true;
	r.object = vmalloc_area_start(p, &r.object_size);
	if (r.object)
		r.kind = REPORT_INVALID_FREE;
	report_submit(&r);
	return false;
}

/* Told of now, where the mistake is, and not when the grace period is over. */
bool may_kvfree_later(const char *func, const void *p, const void *caller)
{
	struct object_info info;

	if ((unsigned long)p <= 16)
		return true;
	if (is_vmalloc_addr(p))
		return check_vmalloc(func, p, caller);
	object_lookup(p, &info);
	if (info.kind == OBJECT_SLAB || info.kind == OBJECT_LARGE)
		return true;
	report_free(func, p, &info, NULL, caller);
	return false;
}

static void count_free(struct kmem_cache *s)
{
	if (unlikely(slab_accounting))
		__atomic_fetch_add(&s->frees, 1, __ATOMIC_RELAXED);
}

/* The hit path's tests were enough: p starts a live object, its sheaf is full. */
static bool free_known(const void *p)
{
	unsigned long cls;
	struct page *page;

	if (!slab_lookup(p, &cls))
		return false;
	page = pfn_to_page(virt_to_pfn(p));
	if (class_cache[cls]) {
		count_free(class_cache[cls]);
		__slab_free_from(class_cache[cls], NULL, (void *)p, NULL);
	} else {
		free_pages(page, page->order);
	}
	return true;
}

/*
 * Kernel: free_large_kmalloc(), which takes any block that is compound. False:
 * nothing is to be freed.
 */
static bool may_free_block(const char *func, const struct object_info *info, const void *caller)
{
	struct object_info inside = *info;

	if (likely(!(info->page->flags & PAGE_FLAG_PAGES)))
		return true;
	if (!page_is_compound(info->page)) {
		inside.kind = OBJECT_LARGE_INSIDE;
		if (report_free(func, info->object, &inside, NULL, caller) == POLICY_FAIL)
			return false;
	}
	return page_put(info->page, caller) != NULL;
}

void kvfree_from(const char *func, const void *p, const void *caller)
{
	struct object_info info;

	if ((unsigned long)p <= 16)
		return;
	if (likely(free_known(p)))
		return;
	if (is_vmalloc_addr(p)) {
		if (check_vmalloc(func, p, caller))
			vfree(p);
		return;
	}
	object_lookup(p, &info);
	if (likely(info.kind == OBJECT_SLAB)) {
		count_free(info.cache);
		__slab_free_from(info.cache, info.page, (void *)p, caller);
	} else if (info.kind == OBJECT_LARGE && may_free_block(func, &info, caller)) {
		kfree_large(info.page);
	} else if (info.kind != OBJECT_LARGE) {
		report_free(func, p, &info, NULL, caller);
	}
}

void kvfree(const void *p)
{
	if ((unsigned long)p > 16 && likely(in_direct_map(p)) && likely(slab_free_hit((void *)p)))
		return;
	kvfree_from("kvfree", p, __builtin_return_address(0));
}

/* p is in the vmalloc range, and func frees other memory. */
static void report_vmalloc(const char *func, const void *p, const void *caller)
{
	struct report r = { .kind = REPORT_INVALID_FREE, .func = func, .addr = p,
			    .flags = REPORT_IN_VMALLOC, .caller = caller };

	r.object = vmalloc_area_start(p, &r.object_size);
	if (!r.object)
		r.kind = REPORT_FREE_FREED_AREA;
	report_submit(&r);
}

void kfree_from(const void *p, const void *caller)
{
	if (likely(!is_vmalloc_addr(p)))
		kvfree_from("kfree", p, caller);
	else
		report_vmalloc("kfree", p, caller);
}

/* An object's or a block's start is not what func frees: it is as good as inside. */
static void report_no_area(const char *func, const void *p, const void *caller)
{
	struct object_info info;

	object_lookup(p, &info);
	if (info.kind == OBJECT_SLAB)
		info.kind = OBJECT_SLAB_INSIDE;
	if (info.kind == OBJECT_LARGE)
		info.kind = OBJECT_LARGE_INSIDE;
	report_free(func, p, &info, NULL, caller);
}

void report_wrong_free(const char *func, const void *p, const void *caller)
{
	if (is_vmalloc_addr(p))
		report_vmalloc(func, p, caller);
	else
		report_no_area(func, p, caller);
}

void vfree_from(const char *func, const void *p, const void *caller)
{
	if (!p)
		return;
	if (is_vmalloc_addr(p))
		kvfree_from(func, p, caller);
	else
		report_no_area(func, p, caller);
}

/*
 * An object of another cache goes to that one, as the kernel does. NULL is no object:
 * the kernel's looks for its slab, and that is an oops. mempool_free() takes NULL.
 */
void kmem_cache_free_from(struct kmem_cache *s, void *p, const void *caller)
{
	struct object_info info;

	object_lookup(p, &info);
	if (info.kind == OBJECT_LARGE && (info.page->flags & PAGE_FLAG_PAGES))
		info.kind = OBJECT_LARGE_INSIDE; /* as good as: never a cache's */
	if (info.kind == OBJECT_LARGE && !info.page->requested)
		kfree_large(info.page); /* alloc_emergency's */
	else if ((info.kind == OBJECT_SLAB && info.cache == s) ||
		 (report_free("kmem_cache_free", p, &info, s, caller) != POLICY_FAIL &&
		  info.kind == OBJECT_SLAB))
		__slab_free_from(info.cache, info.page, p, caller);
}

void kmem_cache_free(struct kmem_cache *s, void *p)
{
	kmem_cache_free_from(s, p, __builtin_return_address(0));
}

/* --- realloc --- */

size_t kvsize_from(const char *func, const void *p, const void *caller)
{
	struct object_info info;
	size_t size;

	if (is_vmalloc_addr(p))
		return check_vmalloc(func, p, caller) ? vmalloc_size(p) : 0;
	size = ksize(p);
	if (unlikely(!size)) {
		object_lookup(p, &info);
		report_free(func, p, &info, NULL, caller);
	}
	return size;
}

/* Bytes behind `size` may be asked for again by a __GFP_ZERO, so they are cleared now. */
static void *stay(const void *p, size_t old, size_t size, gfp_t flags)
{
	struct object_info info;

	if (old > KMALLOC_MAX_CACHE_SIZE) {
		object_lookup(p, &info);
		if (info.kind == OBJECT_LARGE && info.page->requested)
			info.page->requested = size; /* usercopy.exact */
	}
	if (want_init_on_alloc(flags))
		memset((char *)p + size, 0, old - size);
	return (void *)p;
}

/* q: of size bytes, or NULL. */
static void *move_to(void *q, const void *p, size_t old, size_t size, gfp_t flags,
		     const void *caller)
{
	size_t n = min(old, size);

	if (!q)
		return size <= old ? (void *)p : NULL;
	memcpy(q, p, n);
	if (flags & __GFP_ZERO) /* the bucket to its end, as kzalloc does */
		memset((char *)q + n, 0, max(size, ksize(q)) - n);
	if (is_vmalloc_addr(p) || unlikely(!slab_free_hit((void *)p)))
		kvfree_from("krealloc", p, caller);
	return q;
}

size_t krealloc_kept(const void *p, size_t size)
{
	size_t old = is_vmalloc_addr(p) ? 0 : ksize(p);

	return size <= old ? old : 0;
}

size_t vrealloc_kept(const void *p, size_t size)
{
	return size <= vmalloc_size(p) ? PAGE_ALIGN(size) : 0;
}

size_t realloc_kept(const void *p, size_t size)
{
	size_t old;

	if (is_vmalloc_addr(p))
		return size > kmemu_opts.kmalloc_max ? vrealloc_kept(p, size) : 0;
	old = ksize(p);
	return keeps_place(old, size) ? old : 0;
}

void *realloc_sized(const void *p, size_t old, size_t size, gfp_t flags, const void *caller)
{
	bool was_vmalloc = is_vmalloc_addr(p);

	if (was_vmalloc && size > kmemu_opts.kmalloc_max)
		return vrealloc(p, size, flags);
	if (!was_vmalloc && keeps_place(old, size))
		return stay(p, old, size, flags & ~__GFP_ZERO);
	return move_to(kvmalloc_any(size, flags & ~__GFP_ZERO), p, old, size, flags, caller);
}

void *kvrealloc_from(const void *p, size_t size, gfp_t flags, const void *caller)
{
	size_t old;

	if ((unsigned long)p <= 16)
		return kvmalloc(size, flags);
	if (unlikely(size > INT32_MAX))
		return crazy_size("kvrealloc", flags);
	old = kvsize_from("kvrealloc", p, caller);
	if (!old)
		return NULL;
	if (size <= old)
		return stay(p, old, size, flags);
	return move_to(kvmalloc(size, flags & ~__GFP_ZERO), p, old, size, flags, caller);
}

void *kvrealloc(const void *p, size_t size, gfp_t flags)
{
	return kvrealloc_from(p, size, flags, __builtin_return_address(0));
}

void *krealloc_from(const void *p, size_t size, gfp_t flags, const void *caller)
{
	size_t old;

	if (is_vmalloc_addr(p)) {
		report_vmalloc("krealloc", p, caller);
		return size ? NULL : KMEMU_ZERO_SIZE_PTR;
	}
	if (!size) {
		kfree_from(p, caller);
		return KMEMU_ZERO_SIZE_PTR;
	}
	if ((unsigned long)p <= 16)
		return kmalloc(size, flags);
	if (size > kmemu_opts.kmalloc_max)
		return kmalloc_too_large("krealloc", size, flags);
	old = kvsize_from("krealloc", p, caller);
	if (!old)
		return NULL;
	if (size <= old)
		return stay(p, old, size, flags);
	return move_to(kmalloc(size, flags & ~__GFP_ZERO), p, old, size, flags, caller);
}

void *krealloc(const void *p, size_t size, gfp_t flags)
{
	return krealloc_from(p, size, flags, __builtin_return_address(0));
}
