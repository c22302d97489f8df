/* SPDX-License-Identifier: MIT */
/*
 * <linux/kmemleak.h> of Linux 6.12. Nothing is scanned for references. With leak=
 * an object that is declared no leak (kmemleak_not_leak, kmemleak_ignore,
 * kmemleak_transient_leak) is not among those that are alive. All calls are
 * counted: kmemu_kmemleak_calls().
 */
#ifndef __KMEMLEAK_H
#define __KMEMLEAK_H

#include <kmemu/mm.h>
#include <linux/compiler.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/vmalloc.h>

static __always_inline void kmemleak_init(void)
{
}

static __always_inline void kmemleak_alloc(const void *p, size_t size, int min_count, gfp_t gfp)
{
	(void)size;
	(void)min_count;
	(void)gfp;
	kmemu_kmemleak(KMEMU_KMEMLEAK_ALLOC, p);
}

static __always_inline void kmemleak_alloc_recursive(const void *p, size_t size, int min_count,
						     slab_flags_t flags, gfp_t gfp)
{
	(void)flags;
	kmemleak_alloc(p, size, min_count, gfp);
}

static __always_inline void kmemleak_alloc_percpu(const void *p, size_t size, gfp_t gfp)
{
	kmemleak_alloc(p, size, 0, gfp);
}

static __always_inline void kmemleak_vmalloc(const struct vm_struct *area, size_t size, gfp_t gfp)
{
	kmemleak_alloc(area->addr, size, 2, gfp);
}

static __always_inline void kmemleak_free(const void *p)
{
	kmemu_kmemleak(KMEMU_KMEMLEAK_FREE, p);
}

static __always_inline void kmemleak_free_recursive(const void *p, slab_flags_t flags)
{
	(void)flags;
	kmemleak_free(p);
}

static __always_inline void kmemleak_free_part(const void *p, size_t size)
{
	(void)size;
	kmemleak_free(p);
}

static __always_inline void kmemleak_free_percpu(const void *p)
{
	kmemleak_free(p);
}

static __always_inline void kmemleak_update_trace(const void *p)
{
	kmemu_kmemleak(KMEMU_KMEMLEAK_OTHER, p);
}

static __always_inline void kmemleak_not_leak(const void *p)
{
	kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p);
}

static __always_inline void kmemleak_transient_leak(const void *p)
{
	kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p);
}

static __always_inline void kmemleak_ignore(const void *p)
{
	kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p);
}

#define kmemleak_ignore_percpu(p) kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p)

static __always_inline void kmemleak_scan_area(const void *p, size_t size, gfp_t gfp)
{
	(void)size;
	(void)gfp;
	kmemu_kmemleak(KMEMU_KMEMLEAK_OTHER, p);
}

static __always_inline void kmemleak_no_scan(const void *p)
{
	kmemu_kmemleak(KMEMU_KMEMLEAK_OTHER, p);
}

static __always_inline void kmemleak_erase(void **pp)
{
	*pp = NULL;
}

static __always_inline void kmemleak_alloc_phys(phys_addr_t phys, size_t size, gfp_t gfp)
{
	(void)size;
	(void)gfp;
	kmemu_kmemleak(KMEMU_KMEMLEAK_ALLOC, kmemu_phys_to_virt(phys));
}

static __always_inline void kmemleak_free_part_phys(phys_addr_t phys, size_t size)
{
	(void)size;
	kmemu_kmemleak(KMEMU_KMEMLEAK_FREE, kmemu_phys_to_virt(phys));
}

static __always_inline void kmemleak_ignore_phys(phys_addr_t phys)
{
	kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, kmemu_phys_to_virt(phys));
}

#endif /* __KMEMLEAK_H */
