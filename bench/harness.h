/* SPDX-License-Identifier: MIT */
/*
 * What a workload may lean on: a clock that can be stopped, a look at resident
 * memory beside the live bytes of that moment, random numbers, and arrays that
 * do not come from the allocator under test. See harness.c for the theory.
 */
#ifndef KMEMU_BENCH_HARNESS_H
#define KMEMU_BENCH_HARNESS_H

#include <stddef.h>
#include <stdint.h>

struct workload {
	const char *name;
	const char *what;		/* one line for --list */
	void (*run)(const struct workload *w);
	uint64_t arg;			/* object size, threads or live objects */
	uint64_t arg2;			/* second parameter, by workload */
};

/* One block that a workload holds: what it asked for and what it got. */
struct block {
	void *ptr;
	size_t size;
};

/* Ends the program, naming what failed: a benchmark without memory is void. */
void die(const char *what) __attribute__((noreturn));

/* Operations scaled by --scale PERCENT, at least 1. */
uint64_t scaled(uint64_t ops);

/* Zeroed, already resident memory from mmap; never freed. */
void *arena(size_t bytes);
uint64_t own_bytes(void);		/* all of it so far */

/* Resident size before the workload; call once, right before clock_go(). */
void take_base(void);

/* The clock counts wall and processor time between go and stop; may repeat. */
void clock_go(void);
void clock_stop(void);
void count_ops(uint64_t ops);

/*
 * Compares resident memory with the live bytes of this moment. Call it with the
 * clock stopped; the moment that exceeds the rule most is the one reported.
 */
void snapshot(const struct block *blocks, size_t nr);
void snapshot_bytes(uint64_t live, uint64_t rounded);

/* kmalloc_size_roundup() with the default cap of 128 KiB, pages above it. */
size_t size_roundup(size_t size);

/* Extra "key=value" words for the result line. */
void note(const char *key, double value);

/* Resident bytes now, exact. */
uint64_t resident_bytes(void);

extern const struct workload single_workloads[];
extern const struct workload threads_workloads[];
extern const struct workload process_workloads[];

/* xorshift64*: the same numbers for every allocator. */
static inline uint64_t next_random(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545f4914f6cdd1dULL >> 16;
}

/* Uniform in [low, high]; multiplication instead of a division. */
static inline size_t random_between(uint64_t *state, size_t low, size_t high)
{
	uint64_t r = next_random(state) & 0xffffffff;

	return low + (size_t)(r * (high - low + 1) >> 32);
}

/* The compiler must take the pointer as used, or it drops the whole pair. */
static inline void *escape(void *ptr)
{
	__asm__ volatile("" : "+r"(ptr) : : "memory");
	return ptr;
}

/* One byte on each page of the block, and its last: resident, not rewritten. */
static inline void touch(void *ptr, size_t size)
{
	volatile char *p = ptr;
	size_t i;

	for (i = 0; i < size; i += 4096)
		p[i] = 1;
	p[size - 1] = 1;
}

void *xmalloc_failed(size_t size) __attribute__((noreturn));

static inline void *get_block(size_t size)
{
	void *ptr = escape(__builtin_malloc(size));

	if (__builtin_expect(!ptr, 0))
		xmalloc_failed(size);
	return ptr;
}

#endif
