/* SPDX-License-Identifier: MIT */
/*
 * vm_struct.h - struct vm_struct of the areas that were asked for it. vm_struct.c
 * has the theory.
 */
#pragma once

#include "core/mm/vmalloc.h"
#include "include/kmemu/mm.h"

/* Of the internal flags of an area (vm_flags), beside KMEMU_VM_*: */
#define VMAP_LISTED 0x40000000u /* it has a struct vm_struct */
#define VMAP_ZONED 0x80000000u /* its frames are of a zone that was asked for */

/* Made at the first question; NULL: no area there, no memory. May sleep. */
struct vm_struct *find_vm_area(const void *p);
/* Takes p's struct off the list, before the area is freed; NULL: it has none. */
struct vm_struct *vm_struct_take(const void *p);
/* After it: puts pages (VM_MAP_PUT_PAGES), frees the array and the struct. */
void vm_struct_free(struct vm_struct *vm, void (*put_page)(struct page *page));
/* vmap's caller leaves pages and array to vfree. False: no memory. */
bool vm_struct_own_pages(const void *p, struct page **pages, u32 nr);
