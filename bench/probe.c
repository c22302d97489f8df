// SPDX-License-Identifier: MIT
/*
 * kmemu-probe: the program whose instructions bench/instructions counts.
 *
 *	kmemu-probe loop SIZE N		N pairs, for callgrind
 *	kmemu-probe steps SIZE N	warm-up, then N pairs between markers
 *
 * A marker is a breakpoint instruction with its meaning in rax and the address
 * of this thread's struct rseq (or 0) in rbx, for bench/step.c to read. Every
 * pair here is a hit: the block just freed is the next one handed out.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/marker.h"

#define WARM_UP 1000

static inline void *escape(void *ptr)
{
	__asm__ volatile("" : "+r"(ptr) : : "memory");
	return ptr;
}

/* As the library finds it: never a hard reference, 0 when not registered. */
static uintptr_t rseq_area(void)
{
	const ptrdiff_t *offset = dlsym(RTLD_DEFAULT, "__rseq_offset");
	const unsigned int *size = dlsym(RTLD_DEFAULT, "__rseq_size");

	if (!offset || !size || !*size)
		return 0;
	return (uintptr_t)__builtin_thread_pointer() + *offset;
}

static void pairs(size_t size, long n)
{
	for (; n > 0; n--)
		free(escape(malloc(size)));
}

static void marked_pairs(size_t size, long n)
{
	uintptr_t rseq = rseq_area();
	void *p;

	pairs(size, WARM_UP);
	for (; n > 0; n--) {
		mark(MARK_MALLOC, rseq);
		p = escape(malloc(size));
		mark(MARK_FREE, rseq);
		free(p);
		mark(MARK_END, rseq);
	}
}

int main(int argc, char **argv)
{
	size_t size = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
	long n = argc == 4 ? strtol(argv[3], NULL, 10) : 0;

	if (size && n > 0 && !strcmp(argv[1], "loop")) {
		pairs(size, n);
		return 0;
	}
	if (size && n > 0 && !strcmp(argv[1], "steps")) {
		marked_pairs(size, n);
		return 0;
	}
	fputs("usage: kmemu-probe loop|steps SIZE N\n", stderr);
	return 2;
}
