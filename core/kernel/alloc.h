/*
 * alloc.h - memory that a function of the kernel's API allocates for its caller:
 * judged, counted and tagged as if the caller had called kmalloc itself.
 */
#pragma once

#include "core/check/context.h"
#include "core/init/init.h"
#include "core/mm/armed.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"

#define CALLER __builtin_return_address(0)

/* Kernel: IS_ERR(). */
static inline bool is_err(const void *p)
{
	return (uintptr_t)p >= (uintptr_t)-4095;
}

static inline bool kernel_is_ready(void)
{
	return likely(kmemu_is_ready()) || kmemu_init();
}

/* func: of the API, for reports. */
static inline void *kmalloc_for(size_t size, gfp_t flags, const char *func, const void *caller)
{
	void *p;

	if (!kernel_is_ready())
		return NULL;
	if (unlikely(slab_armed) && size <= kmemu_opts.kmalloc_max &&
	    !might_alloc(size, flags, false, func, caller))
		return NULL;
	p = kmalloc(size, flags);
	if (unlikely(slab_armed))
		armed_alloc(p, size, ALLOC_KMALLOC, caller);
	return p;
}

static inline void kfree_for(const void *p, const void *caller)
{
	if (unlikely(slab_armed))
		armed_free(p);
	kfree_from(p, caller);
}

/* Pages of an order, for who asked for so many bytes; NULL: none. */
static inline struct page *alloc_pages_of(gfp_t flags, unsigned int order, size_t bytes,
					  const char *func, const void *caller)
{
	if (!kernel_is_ready())
		return NULL;
	if (unlikely(slab_armed) && order <= MAX_PAGE_ORDER &&
	    !might_alloc(bytes, flags, false, func, caller))
		return NULL;
	return alloc_pages(flags, order);
}

static inline struct page *alloc_pages_by(gfp_t flags, unsigned int order, const char *func,
					  const void *caller)
{
	return alloc_pages_of(flags, order, order <= MAX_PAGE_ORDER ? PAGE_SIZE << order : 0, func,
			      caller);
}

/* A block that was given out, whole, whatever size is asked to be freed. */
static inline void free_pages_of(const void *p)
{
	struct object_info info;

	object_lookup(p, &info);
	if (info.kind == OBJECT_LARGE)
		kvfree_from("free_pages", p, NULL);
}
