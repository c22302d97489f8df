/*
 * phys.h - what a buffer is and where it lies in physical memory, for checks of
 * calls that hand memory to a device. phys.c has the theory.
 */
#pragma once

#include "core/mm/mm.h"
#include "include/kmemu/phys.h"

/* What owns the byte at p. */
struct phys_buffer {
	enum kmemu_phys_kind kind;
	const void *object; /* its start; NULL: nobody, or not known */
	size_t object_size; /* bytes usable from there */
	const char *module; /* KMEMU_PHYS_STATIC: its path, "" the program */
	struct kmem_cache *cache; /* KMEMU_PHYS_SLAB, and FREE inside a slab */
	struct page *page; /* linear memory: the block's head; NULL: in no block */
};

/* Has emulated frames, at a constant distance from its addresses. */
static inline bool phys_is_linear(enum kmemu_phys_kind kind)
{
	return kind == KMEMU_PHYS_SLAB || kind == KMEMU_PHYS_PAGES || kind == KMEMU_PHYS_FREE;
}

/*
 * So that module memory can be told: may take the loader's lock, not in a handler.
 * Idempotent. Without it such memory is KMEMU_PHYS_FOREIGN.
 */
void phys_init(void);
/*
 * Any context; no lock. Linear and vmalloc memory cost no system call, other
 * memory some.
 */
void phys_lookup(const void *p, struct phys_buffer *b);

/* A stack that libc gave to a thread, as far as that is found out. System calls. */
bool thread_stack_holds(const void *p);
/* A variable of the thread with this descriptor, which lies between that and its stack. */
bool thread_tls_holds(unsigned long tcb, unsigned long addr);

/*
 * The longest physically contiguous run that starts at p, at most `bytes`;
 * false: p has no emulated frame. For all runs of a buffer:
 *
 *	for (; n && phys_run_at(p, n, &run); p += run.bytes, n -= run.bytes)
 */
bool phys_run_at(const void *p, size_t bytes, struct kmemu_phys_run *run);
/* The number of runs of a buffer; *covered: bytes that have frames. */
size_t phys_count_runs(const void *p, size_t bytes, size_t *covered);
/* Where the kernel has a word for it (usercopy), it is that. */
const char *phys_kind_name(enum kmemu_phys_kind kind);
