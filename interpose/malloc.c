/*
 * malloc.c - the malloc family (libc's ABI) over kmalloc and vmalloc. malloc
 * is kmalloc(size, GFP_KERNEL), calloc is kzalloc, realloc krealloc or
 * vrealloc, free kvfree; above kmalloc_max the request goes to vmalloc, as
 * kvmalloc would, and the check `large` has its say.
 *
 * The hit path is in core/mm/slab.h; what is here beside it is the slow path
 * of each function, in one function that is not inlined.
 *
 * Contracts kept, as glibc's manual and its tests have them: malloc(0) is
 * unique; NULL means errno = ENOMEM; a call that succeeds leaves errno alone;
 * free always does; sizes above PTRDIFF_MAX fail; realloc(p, 0) frees and
 * returns NULL; aligned_alloc takes any power of two, memalign rounds up;
 * posix_memalign returns its error, ENOMEM in errno too, and leaves *out alone.
 *
 * A pointer that is in no area of ours goes to foreign.c, which gives it to
 * glibc if it is proven glibc's; else it is reported and dropped. For realloc
 * that means NULL and ENOMEM.
 *
 * Locks: none. Cost: bench/instructions.golden.
 */
#include <errno.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "config/options.h"
#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/mm/armed.h"
#include "core/mm/gfp_rules.h"
#include "core/mm/slab.h"
#include "core/mm/stat.h"
#include "core/mm/util.h"
#include "core/os/os.h"
#include "core/report/report.h"
#include "interpose/interpose.h"

/*
 * Code that runs when the allocator is interrupted: a section of its own, so
 * that a handler's finding can tell (core/check/context.c). Everything else that
 * it calls is called from here.
 */
#define __malloc_text __attribute__((section("malloc_text")))
extern __hidden const char __start_malloc_text[], __stop_malloc_text[];

void malloc_text_init(void)
{
	context_malloc_text = (unsigned long)__start_malloc_text;
	context_malloc_text_end = (unsigned long)__stop_malloc_text;
}

static __noinline __cold void *enomem(void)
{
	errno = ENOMEM;
	return NULL;
}

static bool ready(void)
{
	if (likely(kmemu_ready))
		return true;
	if (!kmemu_init())
		return false;
	interpose_early();
	return true;
}

/* The check `large`: false when malloc must give kmalloc's own answer. */
static bool large_allowed(size_t size, gfp_t flags, const void *caller)
{
	struct report r = { .kind = REPORT_LARGE, .func = "kmalloc", .size = size };

	r.gfp = flags;
	r.order = get_order(size);
	r.caller = caller;
	return report_submit(&r) != POLICY_FAIL;
}

/* Only now it is known that the cap does not refuse it: may_alloc() did not ask then. */
static bool area_allowed(size_t size, gfp_t flags, const void *caller)
{
	if (!large_allowed(size, flags, caller))
		return false;
	return likely(kmemu_opts.large < POLICY_FAIL) || !slab_armed ||
	       might_alloc(size, flags, true, "vmalloc", caller);
}

/* vmalloc sleeps, and its frames are of no zone in particular. */
static bool may_be_vmalloc(gfp_t flags)
{
	return gfpflags_allow_blocking(flags) && !(flags & (__GFP_DMA | __GFP_DMA32));
}

static __malloc_text void *alloc_ready(size_t size, size_t align, gfp_t flags, const void *caller)
{
	void *p = NULL;

	if (likely(size <= kmemu_opts.kmalloc_max && align <= KMALLOC_MAX_SIZE)) {
		bool other_way = size > PAGE_SIZE && may_be_vmalloc(flags);

		p = kmalloc_aligned(size, align, other_way ? kmalloc_gfp_adjust(flags) : flags);
		/* As kvmalloc: contiguous memory being out is not memory being out. */
		if (unlikely(!p) && other_way)
			p = __vmalloc(size, max(align, PAGE_SIZE), flags);
	} else if (area_allowed(size, flags, caller)) {
		p = __vmalloc(size, max(align, PAGE_SIZE), flags);
	}
	return p;
}

/* Something is armed: every call comes here. With summary=1 it is timed. */
static __malloc_text __noinline void *alloc_armed(size_t size, size_t align, gfp_t flags,
						  enum alloc_how how, const void *caller)
{
	u64 start = slab_accounting ? os_monotonic_ns() : 0;
	void *p = alloc_ready(size, align, flags, caller);

	if (slab_accounting && p)
		alloc_stat_add(is_vmalloc_addr(p) ? STAT_VMALLOC : STAT_KMALLOC, size,
			       os_monotonic_ns() - start);
	armed_alloc(p, size, how, caller);
	return p;
}

/*
 * Armed: may it be asked for here? Kernel: what is above the cap is refused before
 * might_alloc(), so that it does not sleep; that a handler interrupted malloc is told.
 */
static bool may_alloc(size_t size, gfp_t flags, const void *caller)
{
	bool area = size > kmemu_opts.kmalloc_max;

	if (area && kmemu_opts.large >= POLICY_FAIL) {
		area = false;
		flags &= ~__GFP_DIRECT_RECLAIM;
	}
	return might_alloc(size, flags, area, area ? "vmalloc" : "kmalloc", caller);
}

static __malloc_text void *alloc_judged(size_t size, size_t align, gfp_t flags,
					enum alloc_how how, const void *caller)
{
	int saved = errno;
	void *p;

	if (unlikely(size > PTRDIFF_MAX || !ready()))
		return enomem();
	if (unlikely(slab_armed))
		p = alloc_armed(size, align, flags, how, caller);
	else
		p = alloc_ready(size, align, flags, caller);
	if (unlikely(!p))
		return enomem();
	errno = saved;
	return p;
}

static __malloc_text void *alloc_any(size_t size, size_t align, enum alloc_how how,
				     const void *caller)
{
	gfp_t flags = GFP_KERNEL;

	if (unlikely(slab_armed)) {
		flags = gfp_for_caller(caller);
		if (!may_alloc(size, flags, caller))
			return enomem();
	}
	return alloc_judged(size, align, flags, how, caller);
}

static __malloc_text void *malloc_armed(size_t size, enum alloc_how how, const void *caller)
{
	gfp_t flags = gfp_for_caller(caller);
	void *p;

	if (!may_alloc(size, flags, caller))
		return enomem();
	p = armed_alloc_hit(size, flags, how, caller);
	if (unlikely(!p))
		return alloc_judged(size, 16, flags, how, caller);
	if (context_is_task())
		direct_missed();
	return p;
}

static __malloc_text __noinline void *malloc_slow(size_t size, const void *caller)
{
	void *p = NULL;

	if (unlikely(slab_armed))
		return malloc_armed(size, ALLOC_MALLOC, caller);
	if (size <= kmemu_opts.kmalloc_max)
		p = page_alloc_hit(size);
	return likely(p) ? p : alloc_judged(size, 16, GFP_KERNEL, ALLOC_MALLOC, caller);
}

KMEMU_EXPORT __malloc_text __line_aligned void *malloc(size_t size)
{
	void *p = slab_alloc_hit(size);

	if (likely(p))
		return p;
	return malloc_slow(size, __builtin_return_address(0));
}

static __malloc_text __noinline void *calloc_slow(size_t bytes, size_t size, const void *caller)
{
	enum alloc_how how = bytes == size ? ALLOC_CALLOC : ALLOC_CALLOC_ARRAY;
	gfp_t flags = GFP_KERNEL;
	void *p = NULL;

	if (unlikely(slab_armed)) {
		flags = gfp_for_caller(caller);
		if (!may_alloc(bytes, flags | __GFP_ZERO, caller))
			return enomem();
		/* Cleared here, not on the hit's way. */
		p = armed_alloc_hit(bytes, flags, how, caller);
	}
	return p ? memset(p, 0, bytes) :
		   alloc_judged(bytes, 16, flags | __GFP_ZERO, how, caller);
}

KMEMU_EXPORT __malloc_text __line_aligned void *calloc(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	/* In this order size is still in its register for the miss, without a move. */
	if (unlikely(__builtin_mul_overflow(size, n, &bytes)))
		return enomem();
	p = slab_alloc_hit(bytes);
	if (likely(p))
		return memset(p, 0, bytes);
	return calloc_slow(bytes, size, __builtin_return_address(0));
}

/* --- free --- */

static __malloc_text __noinline void free_any(void *p, const char *func, const void *caller)
{
	int saved = errno;

	if (unlikely(!ready()))
		return;
	if (unlikely(slab_armed)) {
		if (is_vmalloc_addr(p) && vmalloc_size(p) && !might_vfree(p, "vfree", caller))
			return;
		armed_free(p);
	}
	if (unlikely((unsigned long)p <= 16)) /* kfree() takes them; malloc never gave one */
		kvsize_from(func, p, caller);
	else if (in_direct_map(p) || is_vmalloc_addr(p) || !foreign_free(p))
		kvfree_from(func, p, caller);
	errno = saved;
}

static __malloc_text __noinline void free_slow(void *p, const char *func, const void *caller)
{
	if (unlikely(!p))
		return;
	if (unlikely(slab_armed)) {
		might_free(p, func, caller);
		if (armed_free_hit(p))
			return;
	}
	free_any(p, func, caller);
}

KMEMU_EXPORT __malloc_text __line_aligned void free(void *p)
{
	if (likely(slab_free_hit(p)))
		return;
	free_slow(p, "kfree", __builtin_return_address(0));
}

void cfree(void *p); /* glibc's header has dropped it, old programs have not */

KMEMU_EXPORT __malloc_text void cfree(void *p)
{
	free(p);
}

/* C23: the size and alignment are hints that we do not need. */
void free_sized(void *p, size_t size);
void free_aligned_sized(void *p, size_t align, size_t size);

KMEMU_EXPORT __malloc_text void free_sized(void *p, size_t size)
{
	(void)size;
	free(p);
}

KMEMU_EXPORT __malloc_text void free_aligned_sized(void *p, size_t align, size_t size)
{
	(void)align;
	(void)size;
	free(p);
}

void *own_malloc(size_t size) __attribute__((alias("malloc")));
void *own_calloc(size_t n, size_t size) __attribute__((alias("calloc")));
void own_free(void *p) __attribute__((alias("free")));

/*
 * What the slots of modules lead to while something is armed (direct.c): a hit
 * by the armed tables, without the miss before it. Same code, same judgement.
 */
static __always_inline void *alloc_direct(size_t size)
{
	return likely(!context_hint) ? slab_alloc_by(armed_size_class, size) : NULL;
}

static __always_inline void *alloc_counted(size_t size, enum alloc_how how, const void *caller)
{
	return likely(!context_hint) ? armed_alloc_quick(size, how, caller) : NULL;
}

__malloc_text __line_aligned void *malloc_direct(size_t size)
{
	void *p = alloc_direct(size);

	return likely(p) ? p : malloc_slow(size, __builtin_return_address(0));
}

__malloc_text __line_aligned void *calloc_direct(size_t n, size_t size)
{
	size_t bytes;
	void *p;

	if (unlikely(__builtin_mul_overflow(size, n, &bytes)))
		return enomem();
	p = alloc_direct(bytes);
	return likely(p) ? memset(p, 0, bytes) :
			   calloc_slow(bytes, size, __builtin_return_address(0));
}

__malloc_text __line_aligned void free_direct(void *p)
{
	if (likely(!context_hint) && likely(slab_free_by(true, p)))
		return;
	free_slow(p, "kfree", __builtin_return_address(0));
}

/* The same where each call is counted, or its caller kept. */
__malloc_text __line_aligned void *malloc_counted(size_t size)
{
	const void *caller = __builtin_return_address(0);
	void *p = alloc_counted(size, ALLOC_MALLOC, caller);

	return likely(p) ? p : malloc_slow(size, caller);
}

__malloc_text __line_aligned void *calloc_counted(size_t n, size_t size)
{
	const void *caller = __builtin_return_address(0);
	size_t bytes;
	void *p;

	if (unlikely(__builtin_mul_overflow(size, n, &bytes)))
		return enomem();
	p = alloc_counted(bytes, n == 1 ? ALLOC_CALLOC : ALLOC_CALLOC_ARRAY, caller);
	return likely(p) ? memset(p, 0, bytes) : calloc_slow(bytes, size, caller);
}

__malloc_text __line_aligned void free_counted(void *p)
{
	if (likely(!context_hint) && likely(armed_free_hit(p)))
		return;
	free_slow(p, "kfree", __builtin_return_address(0));
}

/* --- realloc --- */

static bool is_ours(const void *p)
{
	return in_direct_map(p) || is_vmalloc_addr(p);
}

/* glibc's block, proven: it moves to us. */
static __malloc_text void *realloc_foreign(void *p, size_t old, size_t size, const void *caller)
{
	void *q = malloc_slow(size, caller);

	if (!q)
		return NULL;
	memcpy(q, p, min(old, size));
	foreign_free(p);
	return q;
}

static bool crosses_cap(const void *p, size_t old, size_t size)
{
	return size > kmemu_opts.kmalloc_max && (!is_vmalloc_addr(p) || size > old);
}

/* Above the cap it is vmalloc, which sleeps whatever the flags say. */
static gfp_t realloc_flags(size_t size, gfp_t flags)
{
	return size > kmemu_opts.kmalloc_max ? flags | __GFP_DIRECT_RECLAIM : flags;
}

/* What stays in its place is no new object, but asked for again. */
static void told_realloc(const void *p, size_t old, const void *q, size_t size, u64 block,
			 enum alloc_how how, const void *caller)
{
	armed_freed(block);
	if (q != p) {
		if (!context_is_task())
			locks_freed(p, old, "krealloc", caller);
		armed_count_free(p);
		armed_alloc(q, size, how, caller);
	} else if (armed_watch) {
		armed_watch->alloc(q, size, how, caller);
	}
}

/* Armed: an area that becomes small moves out of vmalloc, and is freed. */
static bool may_move(const void *p, size_t old, size_t size, gfp_t flags, const void *caller)
{
	bool leaves_area = is_vmalloc_addr(p) && size <= kmemu_opts.kmalloc_max;

	if (leaves_area && !might_vfree(p, "vfree", caller))
		return false;
	return (size <= old && !leaves_area) || may_alloc(size, flags, caller);
}

static __malloc_text __noinline void *realloc_slow(void *p, size_t size, enum alloc_how how,
						   const void *caller)
{
	int saved = errno;
	gfp_t flags;
	size_t old;
	u64 block;
	void *q;

	if (unlikely(!ready() || size > PTRDIFF_MAX))
		return enomem();
	flags = gfp_for_caller(caller);
	if (!is_ours(p) && foreign_usable_size(p, &old))
		return realloc_foreign(p, old, size, caller);
	old = kvsize_from("krealloc", p, caller);
	if (!old || (crosses_cap(p, old, size) && !large_allowed(size, flags, caller)))
		return enomem();
	if (unlikely(slab_armed) && !may_move(p, old, size, flags, caller))
		return enomem();
	block = armed_resized(p, size, realloc_kept, "krealloc", caller);
	q = realloc_sized(p, old, max(size, (size_t)16), realloc_flags(size, flags), caller);
	if (unlikely(!q))
		return enomem();
	if (unlikely(slab_armed))
		told_realloc(p, old, q, size, block, how, caller);
	errno = saved;
	return q;
}

/* Not 0, not above kmalloc_max: an aligned block may be good for more than that. */
static __always_inline bool within_cap(size_t size)
{
	return size - 1 < kmemu_opts.kmalloc_max;
}

/* old: what the hit path knows of p, or 0. */
static __malloc_text __noinline void *realloc_move(void *p, size_t size, size_t old,
						   const void *caller)
{
	void *q = NULL;

	if (unlikely(p && !size)) {
		free_slow(p, "krealloc", caller);
		return NULL;
	}
	if (likely(old || !p))
		q = slab_alloc_hit(size);
	if (likely(q && old)) {
		memcpy(q, p, min(old, size));
		free(p);
	}
	if (likely(q))
		return q;
	if (unlikely(!p && slab_armed))
		return malloc_armed(size, ALLOC_REALLOC_NEW, caller);
	return p ? realloc_slow(p, size, ALLOC_REALLOC, caller) : malloc_slow(size, caller);
}

KMEMU_EXPORT __malloc_text __line_aligned void *realloc(void *p, size_t size)
{
	size_t old = slab_size_hit(p);

	if (within_cap(size) && keeps_place(old, size))
		return p;
	return realloc_move(p, size, old, __builtin_return_address(0));
}

/* Armed: as realloc_move(), where no hit is. */
static __malloc_text __noinline void *array_armed(void *p, size_t size, const void *caller)
{
	if (!p)
		return malloc_armed(size, ALLOC_ARRAY_NEW, caller);
	return realloc_slow(p, size, ALLOC_ARRAY, caller);
}

KMEMU_EXPORT __malloc_text void *reallocarray(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (unlikely(__builtin_mul_overflow(n, size, &bytes)))
		return enomem();
	if (unlikely(slab_armed) && bytes)
		return array_armed(p, bytes, __builtin_return_address(0));
	return realloc(p, bytes);
}

/* --- alignment --- */

static __malloc_text void *memalign_any(size_t align, size_t size, enum alloc_how how,
					const void *caller)
{
	return alloc_any(size, max(align, (size_t)16), how, caller);
}

/* glibc's memalign and its aligned_alloc: any alignment, rounded up. */
static __malloc_text void *memalign_rounded(size_t align, size_t size, enum alloc_how how,
					    const void *caller)
{
	if (unlikely(align > SIZE_MAX / 2 + 1)) {
		errno = EINVAL;
		return NULL;
	}
	if (align > 16 && !is_power_of_2(align))
		align = 1UL << fls64(align - 1);
	return memalign_any(align, size, how, caller);
}

/* aligned_alloc of glibc 2.38 and later follows C17; before, it was memalign. */
static __noinline __cold bool libc_refuses_odd_alignment(void)
{
	const char *minor = gnu_get_libc_version() + sizeof("2.") - 1;
	unsigned int n = 0;

	/* Not atoi(), by which an object built with newer headers needs glibc 2.38. */
	for (; *minor >= '0' && *minor <= '9'; minor++)
		n = n * 10 + (unsigned int)(*minor - '0');
	return n >= 38;
}

KMEMU_EXPORT __malloc_text void *memalign(size_t align, size_t size)
{
	return memalign_rounded(align, size, ALLOC_MEMALIGN, __builtin_return_address(0));
}

KMEMU_EXPORT __malloc_text void *aligned_alloc(size_t align, size_t size)
{
	const void *caller = __builtin_return_address(0);
	void *p = jemalloc_aligned(align, size, caller);

	if (unlikely(!is_power_of_2(align)) && libc_refuses_odd_alignment()) {
		errno = EINVAL;
		return NULL;
	}
	return unlikely(p) ? p : memalign_rounded(align, size, ALLOC_ALIGNED, caller);
}

KMEMU_EXPORT __malloc_text int posix_memalign(void **out, size_t align, size_t size)
{
	int saved = errno;
	void *p;

	if (align % sizeof(void *) || !is_power_of_2(align))
		return EINVAL;
	p = memalign_any(align, size, ALLOC_POSIX_MEMALIGN, __builtin_return_address(0));
	if (!p)
		return ENOMEM; /* and so is errno: programs print it, though POSIX leaves it open */
	errno = saved;
	*out = p;
	return 0;
}

KMEMU_EXPORT __malloc_text void *valloc(size_t size)
{
	return memalign_any(PAGE_SIZE, size, ALLOC_VALLOC, __builtin_return_address(0));
}

KMEMU_EXPORT __malloc_text void *pvalloc(size_t size)
{
	if (unlikely(size > PTRDIFF_MAX))
		return enomem();
	return memalign_any(PAGE_SIZE, max(PAGE_ALIGN(size), PAGE_SIZE), ALLOC_VALLOC,
			    __builtin_return_address(0));
}

/* --- usable size --- */

static __malloc_text __noinline size_t usable_slow(void *p, const void *caller)
{
	size_t n;

	if (!p || unlikely(!ready()))
		return 0;
	if (!is_ours(p) && foreign_usable_size(p, &n))
		return n;
	return kvsize_from("ksize", p, caller);
}

KMEMU_EXPORT __line_aligned size_t malloc_usable_size(void *p)
{
	size_t n = slab_size_hit(p);

	if (likely(n))
		return n;
	return usable_slow(p, __builtin_return_address(0));
}

/*
 * glibc's second names for the family, which some programs call to get behind
 * an interposer: a block from one set must be good for the other.
 */
#define SECOND_NAME(name, of) __asm__(".globl " #name "\n\t.set " #name ", " #of)

SECOND_NAME(__libc_malloc, malloc);
SECOND_NAME(__libc_free, free);
SECOND_NAME(__libc_calloc, calloc);
SECOND_NAME(__libc_realloc, realloc);
SECOND_NAME(__libc_memalign, memalign);
SECOND_NAME(__libc_valloc, valloc);
SECOND_NAME(__libc_pvalloc, pvalloc);
