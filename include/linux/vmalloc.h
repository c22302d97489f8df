/* SPDX-License-Identifier: MIT */
/* <linux/vmalloc.h> of Linux 6.12, as far as it is built. */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/gfp.h>

__kmemu_c void *vmalloc(unsigned long size) __kmemu_is(kmemu_vmalloc);
__kmemu_c void *vzalloc(unsigned long size) __kmemu_is(kmemu_vzalloc);

static __always_inline void *vmalloc_node(unsigned long size, int node)
{
	(void)node;
	return kmemu_vmalloc(size);
}

static __always_inline void *vzalloc_node(unsigned long size, int node)
{
	(void)node;
	return kmemu_vzalloc(size);
}

static __always_inline void *__vmalloc(unsigned long size, gfp_t flags)
{
	return kmemu_vrealloc(NULL, size, flags);
}

__kmemu_c void *vrealloc(const void *p, size_t size, gfp_t flags) __kmemu_is(kmemu_vrealloc);
__kmemu_c void vfree(const void *p) __kmemu_is(kmemu_vfree);
__kmemu_c void vfree_atomic(const void *p) __kmemu_is(kmemu_vfree_atomic);

static __always_inline bool is_vmalloc_addr(const void *p)
{
	return kmemu_is_vmalloc_addr(p);
}

__kmemu_c unsigned long vmalloc_to_pfn(const void *p) __kmemu_is(kmemu_vmalloc_to_pfn);

#endif /* _LINUX_VMALLOC_H */
