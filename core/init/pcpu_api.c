// SPDX-License-Identifier: MIT
/*
 * pcpu_api.c - the exported API of per-CPU memory, of shrinkers and of kmemleak
 * (include/kmemu/mm.h): checks arguments and contexts as the kernel does (mm/percpu.c
 * pcpu_alloc_noprof()), and hands on to core/mm.
 */
#include "core/init/api.h"
#include "core/kernel/task.h"
#include "core/mm/gfp_check.h"
#include "core/mm/pcpu.h"
#include "core/mm/shrinker.h"
#include "core/mm/util.h"
#include "include/kmemu/printk.h"

KMEMU_EXPORT void *kmemu_alloc_percpu(size_t size, size_t align, kmemu_gfp_t flags)
{
	bool atomic = (flags & GFP_KERNEL) != GFP_KERNEL;
	void *p;

	RET_IF_NOT_READY(NULL);
	if (!size || size > PCPU_MIN_UNIT_SIZE || align > PAGE_SIZE || !align ||
	    align & (align - 1)) {
		gfp_warn("alloc_percpu", flags, 0, "illegal size or align for percpu allocation");
		return NULL;
	}
	/* Kernel: mutex_lock(&pcpu_alloc_mutex). */
	if (!atomic && !may_alloc(size, flags, "alloc_percpu", CALLER))
		return NULL;
	p = pcpu_alloc(size, align, atomic);
	if (!p)
		out_of_memory(flags, get_order(size), false);
	return p;
}

KMEMU_EXPORT void kmemu_free_percpu(void *p)
{
	if (p && !pcpu_free(p))
		report_wrong_free("free_percpu", p, CALLER);
}

KMEMU_EXPORT void *kmemu_per_cpu_ptr(const void *p, unsigned int cpu, const char *start,
				     const char *end)
{
	return pcpu_ptr(p, cpu, start, end);
}

KMEMU_EXPORT unsigned int kmemu_smp_processor_id(void)
{
	return pcpu_this_cpu();
}

KMEMU_EXPORT unsigned int kmemu_nr_cpu_ids(void)
{
	return pcpu_nr_cpus();
}

KMEMU_EXPORT struct shrinker *kmemu_shrinker_alloc(unsigned int flags, const char *fmt, ...)
{
	char name[sizeof(((struct shrinker *)NULL)->name)];
	va_list ap;

	RET_IF_NOT_READY(NULL);
	va_start(ap, fmt);
	kmemu_vsnprintf_k(name, sizeof(name), fmt, ap);
	va_end(ap);
	return may_alloc(sizeof(struct shrinker), GFP_KERNEL, "shrinker_alloc", CALLER) ?
		       shrinker_alloc(flags, name) :
		       NULL;
}

KMEMU_EXPORT void kmemu_shrinker_register(struct shrinker *shrinker)
{
	might_sleep_in("shrinker_register", CALLER);
	shrinker_register(shrinker);
}

KMEMU_EXPORT void kmemu_shrinker_free(struct shrinker *shrinker)
{
	if (shrinker)
		might_sleep_in("shrinker_free", CALLER);
	shrinker_free(shrinker);
}

KMEMU_EXPORT unsigned long kmemu_shrink_slab(kmemu_gfp_t flags, int priority)
{
	return shrink_slab(flags, priority);
}

static unsigned long kmemleak_calls[KMEMU_NR_KMEMLEAK];

KMEMU_EXPORT void kmemu_kmemleak(enum kmemu_kmemleak call, const void *p)
{
	if ((unsigned int)call >= KMEMU_NR_KMEMLEAK)
		return;
	__atomic_fetch_add(&kmemleak_calls[call], 1, __ATOMIC_RELAXED);
	if (call == KMEMU_KMEMLEAK_NOT_LEAK && (in_direct_map(p) || is_vmalloc_addr(p)))
		alloc_tag_none(p);
}

KMEMU_EXPORT unsigned long kmemu_kmemleak_calls(enum kmemu_kmemleak call)
{
	return (unsigned int)call < KMEMU_NR_KMEMLEAK ?
		       __atomic_load_n(&kmemleak_calls[call], __ATOMIC_RELAXED) :
		       0;
}
