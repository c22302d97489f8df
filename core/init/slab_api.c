/*
 * slab_api.c - the exported API of slabs: kmalloc and caches of include/kmemu/kmemu.h,
 * and include/kmemu/slab.h. Units, errors and contexts are in the headers.
 *
 * kmalloc and kfree take the same hit path as malloc and free (core/mm/slab.h): a hit
 * knows no flags, so flags that ask for more, and 0 to 8 bytes, which malloc rounds up to
 * 16, are misses here. Cost: kmalloc(64, GFP_KERNEL) of the header and kfree() are
 * malloc(64) and free() to the instruction (tests/preload/kernel_api_cost.sh).
 */
#include <errno.h>
#include <string.h>

#include "core/init/api.h"
#include "core/kernel/pending.h"
#include "core/kernel/task.h"
#include "core/mm/gfp_check.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/rcu.h"

/* --- kmalloc --- */

static __noinline void *kmemu_kmalloc_slow(size_t size, gfp_t flags, const void *caller)
{
	RET_IF_NOT_READY(NULL);
	if (!may_alloc(size, flags, "kmalloc", caller))
		return NULL;
	return told(kmalloc(size, flags), size, ALLOC_KMALLOC, caller);
}

KMEMU_EXPORT __line_aligned void *kmemu_kmalloc_kernel(size_t size)
{
	void *p = slab_alloc_hit(size);

	return likely(p) ? p : kmemu_kmalloc_slow(size, GFP_KERNEL, CALLER);
}

KMEMU_EXPORT void *kmemu_kmalloc(size_t size, kmemu_gfp_t flags)
{
	void *p = size > 8 && gfp_is_plain(flags) ? slab_alloc_hit(size) : NULL;

	return likely(p) ? p : kmemu_kmalloc_slow(size, flags, CALLER);
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
	if (unlikely(slab_armed) && !context_is_task() && !is_vmalloc_addr(p) &&
	    new_size > ksize(p) &&
	    !may_alloc(new_size, flags, "krealloc", CALLER))
		return NULL;
	block = armed_resized(p, new_size, krealloc_kept, "krealloc", CALLER);
	return told_realloc(p, krealloc_from(p, new_size, flags, CALLER), new_size, block, CALLER);
}

__noinline void kmemu_kfree_slow(const void *p, const void *caller)
{
	RET_IF_NOT_READY();
	may_free(p, false, "kfree", caller);
	kfree_from(told_free(p), caller);
}

KMEMU_EXPORT __line_aligned void kmemu_kfree(const void *p)
{
	if (unlikely(!slab_free_hit((void *)p)))
		kmemu_kfree_slow(p, CALLER);
}

KMEMU_EXPORT void kmemu_kfree_sensitive(const void *p)
{
	memset((void *)p, 0, is_vmalloc_addr(p) ? 0 : ksize(p)); /* of others kfree() tells */
	__asm__ __volatile__("" : : "r"(p) : "memory");
	kmemu_kfree(p);
}

/* Kernel: __ksize(), which looks at the folio alone, so that any of two pages or less is none. */
static bool has_ksize(const void *p)
{
	struct object_info info;

	if ((unsigned long)p <= 16)
		return true;
	if (is_vmalloc_addr(p))
		return false;
	object_lookup(p, &info);
	if (info.kind == OBJECT_LARGE)
		return !(info.page->flags & PAGE_FLAG_PAGES) || info.size > 2 * PAGE_SIZE;
	return info.kind == OBJECT_SLAB;
}

KMEMU_EXPORT size_t kmemu_ksize(const void *p)
{
	RET_IF_NOT_READY(0);
	if (likely(has_ksize(p)))
		return ksize(p);
	kernel_warn(CALLER, "mm/slab_common.c", 1046,
		    "ksize() of memory that is no object of a slab, nor kmalloc's");
	return 0;
}

KMEMU_EXPORT size_t kmemu_kmalloc_size_roundup(size_t size)
{
	return kmalloc_size_roundup(size);
}

/* --- kvmalloc --- */

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

KMEMU_EXPORT void *kmemu_kvrealloc(const void *p, size_t size, kmemu_gfp_t flags)
{
	u64 block;

	RET_IF_NOT_READY(NULL);
	if (is_vmalloc_addr(p))
		return kmemu_vrealloc(p, size, flags);
	if (!size) {
		kmemu_kvfree(p);
		return KMEMU_ZERO_SIZE_PTR;
	}
	if (!may_kvmalloc(size, flags, "kvrealloc", CALLER))
		return NULL;
	block = armed_resized(p, size, krealloc_kept, "kvrealloc", CALLER);
	return told_realloc(p, kvrealloc_from(p, size, flags, CALLER), size, block, CALLER);
}

KMEMU_EXPORT void kmemu_kvfree(const void *p)
{
	RET_IF_NOT_READY();
	if (is_vmalloc_addr(p) && !may_vfree(p, "kvfree", CALLER))
		return;
	may_free(p, false, "kvfree", CALLER);
	kvfree_from("kvfree", told_free(p), CALLER);
}

KMEMU_EXPORT void kmemu_kvfree_sensitive(const void *p, size_t size)
{
	if ((unsigned long)p > 16)
		memset((void *)p, 0, size);
	__asm__ __volatile__("" : : "r"(p) : "memory");
	kmemu_kvfree(p);
}

/* --- caches --- */

/* Kernel: panic() of a cache that nothing can go on without. */
static struct kmem_cache *or_panic(struct kmem_cache *s, const char *name, unsigned int size,
				   const struct kmemu_cache_args *args, unsigned int flags)
{
	if (!s && (flags & KMEMU_SLAB_PANIC))
		kmemu_panic("__kmem_cache_create_args: Failed to create slab '%s'. Error %d", name,
			    kmem_cache_args_are_good(name, size, args, flags) ? -ENOMEM : -EINVAL);
	return s;
}

static void nothing(struct callback_head *head)
{
	(void)head;
}

/* Slabs are freed with locks held: the thread that waits for them is started before. */
static void prepare_rcu(unsigned int flags)
{
	static struct callback_head first;
	static bool started;

	if (!(flags & KMEMU_SLAB_TYPESAFE_BY_RCU) ||
	    __atomic_exchange_n(&started, true, __ATOMIC_RELAXED))
		return;
	kmemu_call_rcu(&first, nothing);
	__atomic_store_n(&slab_call_rcu, kmemu_call_rcu, __ATOMIC_RELEASE);
}

KMEMU_EXPORT struct kmem_cache *kmemu_kmem_cache_create(const char *name, unsigned int size,
							unsigned int align, unsigned int flags,
							void (*ctor)(void *))
{
	struct kmemu_cache_args args = { .align = align, .ctor = ctor };

	RET_IF_NOT_READY(NULL);
	if (!may_alloc(size, GFP_KERNEL, "kmem_cache_create", CALLER))
		return NULL;
	prepare_rcu(flags);
	return or_panic(kmem_cache_create_args(name, size, &args, flags, CALLER), name, size, &args,
			flags);
}

KMEMU_EXPORT struct kmem_cache *kmemu_kmem_cache_create_args(const char *name, unsigned int size,
							     const struct kmemu_cache_args *args,
							     unsigned int flags)
{
	RET_IF_NOT_READY(NULL);
	if (!may_alloc(size, GFP_KERNEL, "kmem_cache_create", CALLER))
		return NULL;
	prepare_rcu(flags);
	return or_panic(kmem_cache_create_args(name, size, args, flags, CALLER), name, size, args,
			flags);
}

/* size bytes of an object are wanted. */
static void *kmemu_cache_alloc(struct kmem_cache *s, gfp_t flags, size_t size, const void *caller)
{
	void *p;

	if (!kmem_cache_check(s, "kmem_cache_alloc", caller) ||
	    !may_alloc(s->object_size, flags, "kmem_cache_alloc", caller))
		return NULL;
	if (unlikely(s->flags & KMEMU_SLAB_DEBUG_FLAGS))
		p = slab_alloc_from(s, flags, size, caller);
	else
		p = kmem_cache_alloc(s, flags);
	return told(p, s->object_size, ALLOC_CACHE, caller);
}

KMEMU_EXPORT void *kmemu_kmem_cache_alloc(struct kmem_cache *s, kmemu_gfp_t flags)
{
	return kmemu_cache_alloc(s, flags, s->object_size, CALLER);
}

KMEMU_EXPORT void *kmemu_kmalloc_from_cache(struct kmem_cache *s, kmemu_gfp_t flags, size_t size)
{
	return kmemu_cache_alloc(s, flags, size, CALLER);
}

void kmemu_cache_free(struct kmem_cache *s, void *p, const void *caller)
{
	if (unlikely(s->gone) && !kmem_cache_check(s, "kmem_cache_free", caller))
		return;
	may_free(p, s->ctor, "kmem_cache_free", caller);
	kmem_cache_free_from(s, (void *)told_free(p), caller);
}

KMEMU_EXPORT void kmemu_kmem_cache_free(struct kmem_cache *s, void *p)
{
	kmemu_cache_free(s, p, CALLER);
}

KMEMU_EXPORT int kmemu_kmem_cache_alloc_bulk(struct kmem_cache *s, kmemu_gfp_t flags, size_t nr,
					     void **p)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		p[i] = kmemu_cache_alloc(s, flags, s->object_size, CALLER);
		if (!p[i])
			break;
	}
	if (i == nr)
		return (int)nr;
	while (i--)
		kmemu_cache_free(s, p[i], CALLER);
	return 0;
}

KMEMU_EXPORT void kmemu_kmem_cache_free_bulk(struct kmem_cache *s, size_t nr, void **p)
{
	for (size_t i = 0; i < nr; i++) {
		if (s)
			kmemu_cache_free(s, p[i], CALLER);
		else
			kmemu_kfree_slow(p[i], CALLER);
	}
}

KMEMU_EXPORT int kmemu_kmem_cache_destroy(struct kmem_cache *s)
{
	unsigned int flags;
	int ret;

	if (!s)
		return 0;
	flags = s->flags;
	might_sleep_in("kmem_cache_destroy", CALLER);
	rcu_wait_for_frees();
	ret = kmem_cache_destroy_from(s, CALLER);
	if (flags & KMEMU_SLAB_TYPESAFE_BY_RCU)
		rcu_wait_for_callbacks();
	return ret;
}

KMEMU_EXPORT int kmemu_kmem_cache_shrink(struct kmem_cache *s)
{
	might_sleep_in("kmem_cache_shrink", CALLER); /* kernel: cpus_read_lock() */
	return kmem_cache_check(s, "kmem_cache_shrink", CALLER) ? kmem_cache_shrink(s) : 0;
}

KMEMU_EXPORT unsigned int kmemu_kmem_cache_size(struct kmem_cache *s)
{
	return s->object_size;
}

KMEMU_EXPORT const char *kmemu_kmem_cache_name(const struct kmem_cache *s)
{
	return s->name;
}

KMEMU_EXPORT int kmemu_validate_slab_cache(struct kmem_cache *s)
{
	int bad;

	if (!kmem_cache_check(s, "validate_slab_cache", CALLER) || !percpu_stop())
		return 0;
	if (!(s->flags & KMEMU_SLAB_DEBUG_FLAGS)) /* these have no sheaves */
		flush_cache(s);
	bad = validate_slab_cache_from(s, CALLER);
	percpu_start();
	return bad;
}
