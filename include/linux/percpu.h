/* SPDX-License-Identifier: MIT */
/*
 * <linux/percpu.h> of Linux 6.12: memory with a copy for each CPU. Sizes are bytes
 * of one copy, 1 to 32 KiB, alignments up to a page; zeroed. May sleep, but for
 * the _gfp ones without GFP_KERNEL and free_percpu().
 */
#ifndef __LINUX_PERCPU_H
#define __LINUX_PERCPU_H

#include <linux/cleanup.h>
#include <linux/gfp.h>
#include <linux/percpu-defs.h>
#include <linux/smp.h>

#define PCPU_MIN_UNIT_SIZE (32UL << 10)
#define PCPU_MIN_ALLOC_SIZE 4

__kmemu_c void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t flags)
	__kmemu_is(kmemu_alloc_percpu);
__kmemu_c void free_percpu(void __percpu *p) __kmemu_is(kmemu_free_percpu);

static __always_inline void __percpu *__alloc_percpu(size_t size, size_t align)
{
	return kmemu_alloc_percpu(size, align, GFP_KERNEL);
}

#define alloc_percpu_gfp(type, flags) \
	((__typeof__(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), flags))
#define alloc_percpu(type) \
	((__typeof__(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))

#ifndef __cplusplus
DEFINE_FREE(free_percpu, void __percpu *, free_percpu(_T))
#endif

#endif /* __LINUX_PERCPU_H */
