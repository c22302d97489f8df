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

#define kmemleak_init() do { } while (0)
#define kmemleak_alloc(p, size, min_count, gfp) \
	((void)(size), (void)(min_count), (void)(gfp), kmemu_kmemleak(KMEMU_KMEMLEAK_ALLOC, p))
#define kmemleak_alloc_recursive(p, size, min_count, flags, gfp) \
	((void)(flags), kmemleak_alloc(p, size, min_count, gfp))
#define kmemleak_alloc_percpu(p, size, gfp) kmemleak_alloc(p, size, 0, gfp)
#define kmemleak_vmalloc(area, size, gfp) kmemleak_alloc((area)->addr, size, 2, gfp)
#define kmemleak_free(p) kmemu_kmemleak(KMEMU_KMEMLEAK_FREE, p)
#define kmemleak_free_recursive(p, flags) ((void)(flags), kmemleak_free(p))
#define kmemleak_free_part(p, size) ((void)(size), kmemleak_free(p))
#define kmemleak_free_percpu(p) kmemleak_free(p)
#define kmemleak_update_trace(p) kmemu_kmemleak(KMEMU_KMEMLEAK_OTHER, p)
#define kmemleak_not_leak(p) kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p)
#define kmemleak_transient_leak(p) kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p)
#define kmemleak_ignore(p) kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p)
#define kmemleak_ignore_percpu(p) kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, p)
#define kmemleak_scan_area(p, size, gfp) \
	((void)(size), (void)(gfp), kmemu_kmemleak(KMEMU_KMEMLEAK_OTHER, p))
#define kmemleak_no_scan(p) kmemu_kmemleak(KMEMU_KMEMLEAK_OTHER, p)
#define kmemleak_erase(pp) (*(pp) = NULL)
#define kmemleak_alloc_phys(phys, size, gfp) \
	((void)(size), (void)(gfp), kmemu_kmemleak(KMEMU_KMEMLEAK_ALLOC, kmemu_phys_to_virt(phys)))
#define kmemleak_free_part_phys(phys, size) \
	((void)(size), kmemu_kmemleak(KMEMU_KMEMLEAK_FREE, kmemu_phys_to_virt(phys)))
#define kmemleak_ignore_phys(phys) \
	kmemu_kmemleak(KMEMU_KMEMLEAK_NOT_LEAK, kmemu_phys_to_virt(phys))

#endif /* __KMEMLEAK_H */
