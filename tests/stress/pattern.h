/* SPDX-License-Identifier: MIT */
/*
 * pattern.h - what the stress programs share: random numbers from a seed, sizes
 * as programs ask for them, and contents that can be checked.
 *
 * A live block carries words made from its own seed and their index. A block
 * up to 64 KiB is written and checked whole; of a larger one the first and
 * last words of each page and its last 64 bytes, which is enough to see a page
 * that was lost, exchanged or given to two owners, and leaves time for more
 * operations. verify() may be asked for a prefix only: what realloc must keep.
 */
#ifndef STRESS_PATTERN_H
#define STRESS_PATTERN_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct rng {
	uint64_t state;
};

static inline uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static inline uint64_t rng_next(struct rng *r)
{
	return mix(r->state += 0x9e3779b97f4a7c15u);
}

static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
	return rng_next(r) % n;
}

static inline uint64_t rng_range(struct rng *r, uint64_t from, uint64_t to)
{
	return from + rng_below(r, to - from + 1);
}

/* One in n. */
static inline int rng_one_in(struct rng *r, uint64_t n)
{
	return rng_below(r, n) == 0;
}

/* Sizes at which an allocator changes its mind: 2^n, 3 * 2^n, and one off. */
static inline size_t edge_size(struct rng *r)
{
	size_t base = (size_t)(rng_one_in(r, 3) ? 3 : 1) << rng_range(r, 3, 18);

	return base + rng_range(r, 0, 2) - 1;
}

/*
 * As real programs ask: most below 128 bytes, few large, in thousandths. Of a
 * larger one it is the order of magnitude that is spread evenly.
 */
static inline size_t random_size(struct rng *r)
{
	uint64_t dice = rng_below(r, 1000);

	if (dice < 10)
		return 0;
	if (dice < 600)
		return rng_range(r, 1, 128);
	if (dice < 800)
		return rng_range(r, 129, 1024);
	if (dice < 920)
		return rng_range(r, 1025, 8192);
	if (dice < 960)
		return edge_size(r);
	if (dice < 990)
		return rng_range(r, 8193, 131072);
	if (dice < 998)
		return rng_range(r, 131073, 1 << 20);
	return rng_range(r, 1 << 20, 16 << 20);
}

static inline uint64_t pattern_word(uint64_t seed, size_t index)
{
	return mix(seed + index * 0x9e3779b97f4a7c15u);
}

/* The index of the next word after i that is written, in a block of size. */
static inline size_t next_word(size_t i, size_t size)
{
	size_t in_page = ++i % 512;

	if (size <= 65536 || in_page < 4 || in_page >= 508 || i * 8 + 64 >= size)
		return i;
	i += 508 - in_page;
	return i * 8 + 64 >= size ? (size - 64) / 8 : i;
}

static inline size_t word_bytes(size_t i, size_t upto)
{
	return upto - i * 8 < 8 ? upto - i * 8 : 8;
}

static inline void fill(void *p, size_t size, uint64_t seed)
{
	for (size_t i = 0; i * 8 < size; i = next_word(i, size)) {
		uint64_t w = pattern_word(seed, i);

		memcpy((char *)p + i * 8, &w, word_bytes(i, size));
	}
}

/* The offset of the first wrong word among the first `upto` bytes, or -1. */
static inline long verify(const void *p, size_t upto, size_t size, uint64_t seed)
{
	for (size_t i = 0; i * 8 < upto; i = next_word(i, size)) {
		uint64_t w = pattern_word(seed, i);

		if (memcmp((const char *)p + i * 8, &w, word_bytes(i, upto)))
			return (long)(i * 8);
	}
	return -1;
}

/* The offset of the first byte that is not 0, or -1. */
static inline long verify_zero(const void *p, size_t size)
{
	const char *c = p;

	if (!size || (!c[0] && !memcmp(c, c + 1, size - 1)))
		return -1;
	for (size_t i = 0;; i++)
		if (c[i])
			return (long)i;
}

/*
 * Says what is wrong without the heap and leaves a core: the heap is what is
 * not to be trusted here.
 */
static inline __attribute__((noreturn, format(printf, 1, 2))) void die(const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text) - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(text) - 2)
		n = sizeof(text) - 2;
	text[n++] = '\n';
	if (write(STDERR_FILENO, text, n) < 0)
		_exit(98);
	abort();
}

/* A whole number from the environment; anything else is an error. */
static inline uint64_t env_number(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	char *end;
	uint64_t n;

	if (!text || !*text)
		return otherwise;
	n = strtoull(text, &end, 0);
	if (*end)
		die("%s='%s' is no number", name, text);
	return n;
}

#endif
