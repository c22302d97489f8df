/*
 * util.h - entry points that know their caller: `func` is the kernel's name of
 * the call for reports, `caller` the return address in the program.
 */
#pragma once

#include "core/mm/mm.h"

/* Frees kmalloc or vmalloc memory; anything else is reported and dropped. */
void kvfree_from(const char *func, const void *p, const void *caller);
/* The strict ones: what belongs to the other allocator is reported, dropped. */
bool may_kvfree_later(const char *func, const void *p, const void *caller);
void kfree_from(const void *p, const void *caller);
void vfree_from(const char *func, const void *p, const void *caller);
/* p is not what func frees: reported. */
void report_wrong_free(const char *func, const void *p, const void *caller);
/* Usable bytes of p, 0 (reported) when p is no live block: neither are NULL and ZERO_SIZE_PTR. */
size_t kvsize_from(const char *func, const void *p, const void *caller);
/*
 * A block of `old` usable bytes is right for size bytes: realloc leaves it there. Less than
 * half of it may lie idle: a program that asks for much and trims (Python's strings) would
 * keep three times what it needs.
 */
static inline bool keeps_place(size_t old, size_t size)
{
	return size <= old && (old <= 32 || size > old / 2);
}

/* realloc() of a program: p is a live block of `old` usable bytes, any size to any size. */
void *realloc_sized(const void *p, size_t old, size_t size, gfp_t flags, const void *caller);
/*
 * How many bytes of p, from its start, stay where they are when it gets `size`, as far as
 * that is no matter of luck; 0: p is no live block, or its bytes are copied.
 */
size_t krealloc_kept(const void *p, size_t size);
size_t vrealloc_kept(const void *p, size_t size);
size_t realloc_kept(const void *p, size_t size);
void *krealloc(const void *p, size_t size, gfp_t flags);
void *krealloc_from(const void *p, size_t size, gfp_t flags, const void *caller);
void *kvrealloc_from(const void *p, size_t size, gfp_t flags, const void *caller);
