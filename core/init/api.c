/*
 * api.c - the exported API of include/kmemu/kmemu.h: each function starts the
 * heap if it must and hands on to mm/. No logic of its own; units, errors and
 * contexts are in the header.
 */
#include <stdlib.h>
#include <string.h>

#include "core/check/context.h"
#include "core/init/init.h"
#include "core/init/vmalloc_api.h"
#include "core/mm/armed.h"
#include "core/mm/gfp_check.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"
#include "core/mm/vmap_page.h"

#define RET_IF_NOT_READY(value)                                   \
	do {                                                      \
		if (unlikely(!kmemu_is_ready()) && !kmemu_init()) \
			return value;                             \
	} while (0)

#define CALLER __builtin_return_address(0)

/* What was allocated, or freed, is told to what is armed. */
static void *told(void *p, size_t size, enum alloc_how how, const void *caller)
{
	if (unlikely(slab_armed))
		armed_alloc(p, size, how, caller);
	return p;
}

static const void *told_free(const void *p)
{
	if (unlikely(slab_armed))
		armed_free(p);
	return p;
}

/* q is where p went; the same address is the same object. block: of p before. */
static void *told_realloc(const void *p, void *q, size_t size, u64 block, const void *caller)
{
	if (!q)
		return NULL;
	armed_freed(block);
	if (q == p && armed_watch)
		armed_watch->alloc(q, size, ALLOC_KREALLOC, caller);
	if (q == p)
		return q;
	if (unlikely(slab_armed))
		armed_count_free(p);
	return told(q, size, ALLOC_KREALLOC, caller);
}

/*
 * Contexts: the kernel asks might_alloc() where it allocates, so what the cap
 * refuses, and a krealloc that stays in its object, is not asked about. False:
 * it must fail.
 */
static bool may_alloc(size_t size, gfp_t flags, const char *func, const void *caller)
{
	return likely(!slab_armed) || size > kmemu_opts.kmalloc_max ||
	       might_alloc(size, flags, false, func, caller);
}

static bool may_vmalloc(size_t size, gfp_t flags, const char *func, const void *caller)
{
	return likely(!slab_armed) || might_alloc(size, flags, true, func, caller);
}

static bool may_kvmalloc(size_t size, gfp_t flags, const char *func, const void *caller)
{
	return size > kmemu_opts.kmalloc_max ? may_vmalloc(size, flags, func, caller) :
					       may_alloc(size, flags, func, caller);
}

static bool may_vfree(const void *p, const char *func, const void *caller)
{
	return likely(!slab_armed) || !p || might_vfree(p, func, caller);
}

static void may_free(const void *p, const char *func, const void *caller)
{
	if (unlikely(slab_armed) && p)
		might_free(p, func, caller);
}

KMEMU_EXPORT void *kmemu_kmalloc(size_t size, kmemu_gfp_t flags)
{
	RET_IF_NOT_READY(NULL);
	if (!may_alloc(size, flags, "kmalloc", CALLER))
		return NULL;
	return told(kmalloc(size, flags), size, ALLOC_KMALLOC, CALLER);
}

KMEMU_EXPORT void *kmemu_kzalloc(size_t size, kmemu_gfp_t flags)
{
	RET_IF_NOT_READY(NULL);
	if (!may_alloc(size, flags | __GFP_ZERO, "kzalloc", CALLER))
		return NULL;
	return told(kmalloc(size, flags | __GFP_ZERO), size, ALLOC_KZALLOC, CALLER);
}

KMEMU_EXPORT void *kmemu_krealloc(const void *p, size_t new_size, kmemu_gfp_t flags)
{
	u64 block;

	RET_IF_NOT_READY(NULL);
	if (unlikely(slab_armed) && !context_is_task() && new_size > kmemu_ksize(p) &&
	    !may_alloc(new_size, flags, "krealloc", CALLER))
		return NULL;
	block = armed_block(p);
	return told_realloc(p, krealloc(p, new_size, flags), new_size, block, CALLER);
}

KMEMU_EXPORT void kmemu_kfree(const void *p)
{
	RET_IF_NOT_READY();
	may_free(p, "kfree", CALLER);
	kfree_from(told_free(p), CALLER);
}

KMEMU_EXPORT size_t kmemu_ksize(const void *p)
{
	RET_IF_NOT_READY(0);
	return is_vmalloc_addr(p) ? 0 : ksize(p);
}

KMEMU_EXPORT size_t kmemu_kmalloc_size_roundup(size_t size)
{
	return kmalloc_size_roundup(size);
}

KMEMU_EXPORT void *kmemu_kvmalloc(size_t size, kmemu_gfp_t flags)
{
	RET_IF_NOT_READY(NULL);
	if (!may_kvmalloc(size, flags, "kvmalloc", CALLER))
		return NULL;
	return told(kvmalloc(size, flags), size, ALLOC_KVMALLOC, CALLER);
}

KMEMU_EXPORT void *kmemu_kvzalloc(size_t size, kmemu_gfp_t flags)
{
	RET_IF_NOT_READY(NULL);
	if (!may_kvmalloc(size, flags | __GFP_ZERO, "kvzalloc", CALLER))
		return NULL;
	return told(kvmalloc(size, flags | __GFP_ZERO), size, ALLOC_KVZALLOC, CALLER);
}

KMEMU_EXPORT void kmemu_kvfree(const void *p)
{
	RET_IF_NOT_READY();
	if (is_vmalloc_addr(p) && !may_vfree(p, "kvfree", CALLER))
		return;
	may_free(p, "kvfree", CALLER);
	kvfree_from("kvfree", told_free(p), CALLER);
}

/* Kernel: __vmalloc_node_range_noprof(), WARN_ON_ONCE(!size). */
static void *vmalloc_nothing(gfp_t flags)
{
	gfp_warn("vmalloc", flags, 0, "size 0");
	return NULL;
}

KMEMU_EXPORT void *kmemu_vmalloc(size_t size)
{
	RET_IF_NOT_READY(NULL);
	if (!size)
		return vmalloc_nothing(GFP_KERNEL);
	if (!may_vmalloc(size, GFP_KERNEL, "vmalloc", CALLER))
		return NULL;
	return told(__vmalloc(size, PAGE_SIZE, GFP_KERNEL), size, ALLOC_VMALLOC, CALLER);
}

KMEMU_EXPORT void *kmemu_vzalloc(size_t size)
{
	RET_IF_NOT_READY(NULL);
	if (!size)
		return vmalloc_nothing(GFP_KERNEL | __GFP_ZERO);
	if (!may_vmalloc(size, GFP_KERNEL | __GFP_ZERO, "vzalloc", CALLER))
		return NULL;
	return told(__vmalloc(size, PAGE_SIZE, GFP_KERNEL | __GFP_ZERO), size, ALLOC_VZALLOC,
		    CALLER);
}

/* As 6.12's: size 0 frees; a NULL p allocates; p must start an area. */
KMEMU_EXPORT void *kmemu_vrealloc(const void *p, size_t size, kmemu_gfp_t flags)
{
	u64 block;

	RET_IF_NOT_READY(NULL);
	if (!size) {
		if (may_vfree(p, "vrealloc", CALLER))
			vfree_from(told_free(p), CALLER);
		return NULL;
	}
	if (unlikely(slab_armed) && (!p || size > vmalloc_size(p)) &&
	    !may_vmalloc(size, flags, "vrealloc", CALLER))
		return NULL;
	if (!p)
		return told(__vmalloc(size, PAGE_SIZE, flags), size, ALLOC_VMALLOC, CALLER);
	if (!vmalloc_size(p))
		return NULL;
	block = armed_block(p);
	return told_realloc(p, vrealloc(p, size, flags), size, block, CALLER);
}

KMEMU_EXPORT void kmemu_vfree(const void *p)
{
	RET_IF_NOT_READY();
	if (may_vfree(p, "vfree", CALLER) && !vfree_mapped(p))
		vfree_from(told_free(p), CALLER);
}

/* The kernel's leaves it to a work item; there is nothing here that has to wait. */
KMEMU_EXPORT void kmemu_vfree_atomic(const void *p)
{
	RET_IF_NOT_READY();
	vfree_from(told_free(p), CALLER);
}

KMEMU_EXPORT struct kmem_cache *kmemu_kmem_cache_create(const char *name, unsigned int size,
							unsigned int align, unsigned int flags,
							void (*ctor)(void *))
{
	struct kmem_cache *s;

	RET_IF_NOT_READY(NULL);
	if (!may_alloc(size, GFP_KERNEL, "kmem_cache_create", CALLER))
		return NULL;
	s = kmem_cache_create(name, size, align, flags, ctor);
	if (!s && (flags & KMEMU_SLAB_PANIC))
		abort();
	return s;
}

KMEMU_EXPORT void *kmemu_kmem_cache_alloc(struct kmem_cache *s, kmemu_gfp_t flags)
{
	if (!may_alloc(s->object_size, flags, "kmem_cache_alloc", CALLER))
		return NULL;
	return told(kmem_cache_alloc(s, flags), s->object_size, ALLOC_CACHE, CALLER);
}

KMEMU_EXPORT void kmemu_kmem_cache_free(struct kmem_cache *s, void *p)
{
	may_free(p, "kmem_cache_free", CALLER);
	kmem_cache_free(s, (void *)told_free(p));
}

KMEMU_EXPORT int kmemu_kmem_cache_destroy(struct kmem_cache *s)
{
	return kmem_cache_destroy(s);
}

KMEMU_EXPORT int kmemu_kmem_cache_shrink(struct kmem_cache *s)
{
	return kmem_cache_shrink(s);
}

KMEMU_EXPORT unsigned int kmemu_kmem_cache_size(struct kmem_cache *s)
{
	return s->object_size;
}

KMEMU_EXPORT kmemu_phys_addr_t kmemu_virt_to_phys(const void *p)
{
	return in_direct_map(p) ? (kmemu_phys_addr_t)p - PAGE_OFFSET : ~0UL;
}

KMEMU_EXPORT void *kmemu_phys_to_virt(kmemu_phys_addr_t phys)
{
	return phys < PLAN_BYTES ? (void *)(PAGE_OFFSET + phys) : NULL;
}

KMEMU_EXPORT struct page *kmemu_virt_to_page(const void *p)
{
	unsigned long pfn = virt_to_pfn(p);

	if (!in_direct_map(p))
		return NULL;
	return pfn_valid(pfn) ? pfn_to_page(pfn) : vmalloc_pfn_to_page(pfn);
}

KMEMU_EXPORT unsigned long kmemu_virt_to_pfn(const void *p)
{
	return in_direct_map(p) ? virt_to_pfn(p) : PFN_NONE;
}

KMEMU_EXPORT unsigned long kmemu_vmalloc_to_pfn(const void *p)
{
	RET_IF_NOT_READY(PFN_NONE);
	return is_vmalloc_addr(p) ? vmalloc_to_pfn(p) : PFN_NONE;
}

KMEMU_EXPORT int kmemu_is_vmalloc_addr(const void *p)
{
	return is_vmalloc_addr(p);
}

KMEMU_EXPORT int kmemu_validate(void)
{
	RET_IF_NOT_READY(0);
	return validate_all();
}

KMEMU_EXPORT int kmemu_trim(void)
{
	RET_IF_NOT_READY(0);
	return trim_all();
}
