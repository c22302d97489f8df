/*
 * pgtable.h - what the entries of page tables are made of, and have effect on. pgtable.c has
 * the theory.
 */
#pragma once

#include "core/mm/gfp.h"
#include "core/os/compiler.h"

/* --- ioremap.c */

/* Without any question; stays. NULL: no memory. */
void *ioremap_regs(u64 phys, size_t size, gfp_t flags);
/* What was ioremap()ed at p; 0: nothing. */
u64 ioremap_phys(const void *p);

/* --- remap.c: what is mapped at a page is what an entry says. 0 or -errno. */

/* In an area without pages; -EINVAL: it is none. */
int remap_area_pte(unsigned long addr, unsigned long pte);
/*
 * In a program's mapping. An entry of a page that is not special takes over a reference, and
 * one that goes leaves it to who takes it away, as there.
 */
int remap_user_pte(unsigned long addr, unsigned long pte);
