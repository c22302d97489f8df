/* SPDX-License-Identifier: MIT */
/* <linux/err.h> of Linux 6.12: errors as pointers, the last 4095 addresses. */
#ifndef _LINUX_ERR_H
#define _LINUX_ERR_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define MAX_ERRNO 4095
#define IS_ERR_VALUE(x) unlikely((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)

static __always_inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static __always_inline long PTR_ERR(const void *ptr)
{
	return (long)ptr;
}

static __always_inline bool IS_ERR(const void *ptr)
{
	return IS_ERR_VALUE((unsigned long)ptr);
}

static __always_inline bool IS_ERR_OR_NULL(const void *ptr)
{
	return unlikely(!ptr) || IS_ERR_VALUE((unsigned long)ptr);
}

static __always_inline void *ERR_CAST(const void *ptr)
{
	return (void *)ptr;
}

/* Of a per-CPU pointer. */
#define IS_ERR_PCPU(ptr) IS_ERR((const void *)(unsigned long)(ptr))
#define PTR_ERR_PCPU(ptr) PTR_ERR((const void *)(unsigned long)(ptr))

static __always_inline int PTR_ERR_OR_ZERO(const void *ptr)
{
	return IS_ERR(ptr) ? (int)PTR_ERR(ptr) : 0;
}

#define IOMEM_ERR_PTR(err) ((__force void __iomem *)ERR_PTR(err))
#define ERR_PTR_PCPU(error) ((void __percpu *)(unsigned long)ERR_PTR(error))

#endif /* _LINUX_ERR_H */
