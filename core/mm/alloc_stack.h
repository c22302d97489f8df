// SPDX-License-Identifier: MIT
/*
 * alloc_stack.h - the whole stacks of allocations whose memory devices get (kernel:
 * struct track's handle of mm/slub.c, for all objects). On with contig= and usercopy=.
 * alloc_stack.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

/* A size above this is worth a stack when alignment was asked for: a disk's block. */
#define ALLOC_STACK_ALIGNED 256

enum alloc_stacks {
	ALLOC_STACKS_OFF,
	ALLOC_STACKS_RARE, /* contig.stacks=rare */
	ALLOC_STACKS_ALL,
};

extern __hidden u8 alloc_stacks_on; /* enum alloc_stacks */

/* From the options, when one of both is on; all: of every allocation. */
void alloc_stack_init(bool all);
/* Keeps the stack of p's allocation, which caller made. Any context; some microseconds. */
void alloc_stack_keep(const void *p, const void *caller);
/*
 * The stack of p's allocation from `pc`, its call site, outward, in the depot; 0: it was not
 * kept, or is another's, who had the address before.
 */
u32 alloc_stack_of(const void *p, unsigned long pc);
/* Keeps the stack from `pc` outward of the first call at the site of this new tag. */
void alloc_stack_keep_first(u32 tag, unsigned long pc);
/* That stack, in the depot; 0: it was not kept. */
u32 alloc_stack_first(u32 tag);
