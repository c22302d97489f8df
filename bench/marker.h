/* SPDX-License-Identifier: MIT */
/* What kmemu-probe says to kmemu-step by a breakpoint. x86-64 only. */
#ifndef KMEMU_BENCH_MARKER_H
#define KMEMU_BENCH_MARKER_H

#include <stdint.h>

enum { MARK_MALLOC = 0x6b01, MARK_FREE, MARK_END };

static inline void mark(uintptr_t what, uintptr_t rseq)
{
	__asm__ volatile("int3" : : "a"(what), "b"(rseq) : "memory");
}

#endif
