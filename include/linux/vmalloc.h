/* SPDX-License-Identifier: MIT */
/* <linux/vmalloc.h> of Linux 6.12, as far as it is built. */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/gfp.h>

static __always_inline void *vmalloc(unsigned long size)
{
	return kmemu_vmalloc(size);
}

static __always_inline void *vzalloc(unsigned long size)
{
	return kmemu_vzalloc(size);
}

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

static __always_inline void *vrealloc(const void *p, size_t size, gfp_t flags)
{
	return kmemu_vrealloc(p, size, flags);
}

static __always_inline void vfree(const void *p)
{
	kmemu_vfree(p);
}

static __always_inline void vfree_atomic(const void *p)
{
	kmemu_vfree_atomic(p);
}

static __always_inline bool is_vmalloc_addr(const void *p)
{
	return kmemu_is_vmalloc_addr(p);
}

static __always_inline unsigned long vmalloc_to_pfn(const void *p)
{
	return kmemu_vmalloc_to_pfn(p);
}

#endif /* _LINUX_VMALLOC_H */
