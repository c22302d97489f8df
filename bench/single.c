// SPDX-License-Identifier: MIT
/*
 * Workloads of one thread. Each takes its base after its own arrays are
 * resident, stops the clock for every look at memory, and leaves its live
 * blocks in place until the last look: freeing before would hide them.
 *
 * Sizes are drawn inside the timed loop; a draw costs about 1 ns, the same for
 * every allocator, so ratios are slightly flattered, never turned round.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "bench/harness.h"

#define SEED 0x9e3779b97f4a7c15ULL
#define NR(a) (sizeof(a) / sizeof((a)[0]))

/* malloc+free of one size, arg bytes; arg2 pairs. */
static void run_pair(const struct workload *w)
{
	uint64_t i, pairs = scaled(w->arg2);
	struct block last;

	take_base();
	clock_go();
	for (i = 0; i < pairs; i++)
		free(get_block(w->arg));
	clock_stop();
	count_ops(pairs);
	last.size = w->arg;
	last.ptr = get_block(w->arg);
	snapshot(&last, 1);
	free(last.ptr);
}

static void fill(struct block *b, size_t size)
{
	b->ptr = get_block(size);
	b->size = size;
	touch(b->ptr, size);
}

static void replace(struct block *b, size_t size)
{
	free(b->ptr);
	fill(b, size);
}

static void drop(struct block *b)
{
	free(b->ptr);
	b->ptr = NULL;
}

/* Random size 16..arg into one of arg2 random slots, half of them filled. */
static void run_random(const struct workload *w)
{
	struct block *slots = arena(w->arg2 * sizeof(*slots));
	uint64_t total = scaled(w->arg > 4096 ? 6000000 : 16000000);
	uint64_t seed = SEED, step, i, nr = total / 8 + 1;

	take_base();
	for (step = 0; step < 8; step++) {
		clock_go();
		for (i = 0; i < nr; i++) {
			struct block *b =
				&slots[random_between(&seed, 0, w->arg2 - 1)];

			if (b->ptr)
				drop(b);
			else
				fill(b, random_between(&seed, 16, w->arg));
		}
		clock_stop();
		count_ops(nr);
		snapshot(slots, w->arg2);
	}
}

/* One block grown from 16 bytes to arg bytes by an eighth, the tail written. */
static void run_realloc(const struct workload *w)
{
	uint64_t i, rounds = scaled(w->arg2);

	take_base();
	for (i = 0; i < rounds; i++) {
		struct block b = { .size = 16 };
		size_t old;

		clock_go();
		b.ptr = get_block(b.size);
		touch(b.ptr, b.size);
		while (b.size < w->arg) {
			old = b.size;
			b.size += b.size / 8 + 16;
			if (b.size > w->arg)
				b.size = w->arg;
			b.ptr = escape(realloc(b.ptr, b.size));
			if (!b.ptr)
				xmalloc_failed(b.size);
			touch((char *)b.ptr + old, b.size - old);
			count_ops(1);
		}
		clock_stop();
		snapshot(&b, 1);
		clock_go();
		free(b.ptr);
		clock_stop();
	}
}

/* Log-uniform in [160 KB, 8 MB]: each doubling is as likely as the next. */
static size_t large_size(uint64_t *seed)
{
	size_t low = 160000UL << random_between(seed, 0, 5);
	size_t size = random_between(seed, low, 2 * low - 1);

	return size > (8UL << 20) ? 8UL << 20 : size;
}

/* Large blocks, every page touched, in arg slots taken in random order. */
static void run_large(const struct workload *w)
{
	struct block *slots = arena(w->arg * sizeof(*slots));
	uint64_t seed = SEED, step, i, nr = scaled(w->arg2) / 8 + 1;

	take_base();
	for (step = 0; step < 8; step++) {
		clock_go();
		for (i = 0; i < nr; i++)
			replace(&slots[random_between(&seed, 0, w->arg - 1)],
				large_size(&seed));
		clock_stop();
		count_ops(nr);
		snapshot(slots, w->arg);
	}
}

/* Pairs of one large size with one byte written: kmalloc beside vmalloc. */
static void run_large_pair(const struct workload *w)
{
	uint64_t i, pairs = scaled(w->arg2);
	struct block last;

	take_base();
	clock_go();
	for (i = 0; i < pairs; i++) {
		char *p = get_block(w->arg);

		*p = 1;
		free(p);
	}
	clock_stop();
	count_ops(pairs);
	last.size = w->arg;
	last.ptr = get_block(w->arg);
	snapshot(&last, 1);
	free(last.ptr);
}

/* 70 % to 512 bytes, 25 % to 8 KiB, 5 % to 128 KiB. */
static size_t calloc_size(uint64_t *seed)
{
	size_t kind = random_between(seed, 0, 99);

	if (kind < 70)
		return random_between(seed, 16, 512);
	if (kind < 95)
		return random_between(seed, 513, 8192);
	return random_between(seed, 8193, 131072);
}

static void replace_zeroed(struct block *b, size_t size)
{
	uint64_t *p;

	free(b->ptr);
	p = escape(calloc(1, size));
	if (!p)
		xmalloc_failed(size);
	if (p[0] || p[size / 16] || p[size / 8 - 1])
		die("kmemu-bench: calloc gave memory that is not zero");
	b->ptr = p;
	b->size = size;
	memset(p, 0x5a, size);		/* or the next calloc has it easy */
}

static void run_calloc(const struct workload *w)
{
	struct block *slots = arena(w->arg * sizeof(*slots));
	uint64_t seed = SEED, step, i, nr = scaled(w->arg2) / 4 + 1;

	take_base();
	for (step = 0; step < 4; step++) {
		clock_go();
		for (i = 0; i < nr; i++)
			replace_zeroed(&slots[random_between(&seed, 0,
							     w->arg - 1)],
				       calloc_size(&seed));
		clock_stop();
		count_ops(nr);
		snapshot(slots, w->arg);
	}
}

/*
 * A million blocks of 16..256 bytes, two of three freed, then as many bytes
 * again in blocks of 257..1024: what the first generation left in between is of
 * use only to an allocator that can merge or give back.
 */
static void run_fragment(const struct workload *w)
{
	size_t i, nr = w->arg, nr_new = nr / 7;
	struct block *slots = arena((nr + nr_new) * sizeof(*slots));
	uint64_t seed = SEED;

	take_base();
	clock_go();
	for (i = 0; i < nr; i++)
		fill(&slots[i], random_between(&seed, 16, 256));
	clock_stop();
	snapshot(slots, nr);
	clock_go();
	for (i = 0; i < nr; i++)
		if (i % 3)
			drop(&slots[i]);
	for (i = nr; i < nr + nr_new; i++)
		fill(&slots[i], random_between(&seed, 257, 1024));
	clock_stop();
	count_ops(nr + nr / 3 * 2 + nr_new);
	snapshot(slots, nr + nr_new);
}

/* Fewer where each one misses the caches. */
static uint64_t live_swaps(uint64_t nr)
{
	if (nr <= 10000)
		return 24000000;
	return nr <= 100000 ? 8000000 : 2000000;
}

/* arg live objects of 64 bytes: filled, replaced at random, freed. */
static void run_live(const struct workload *w)
{
	void **slots = arena(w->arg * sizeof(*slots));
	uint64_t seed = SEED, i, nr = w->arg;
	uint64_t swaps = scaled(live_swaps(nr));

	take_base();
	clock_go();
	for (i = 0; i < nr; i++) {
		slots[i] = get_block(64);
		*(char *)slots[i] = 1;
	}
	for (i = 0; i < swaps; i++) {
		void **s = &slots[random_between(&seed, 0, nr - 1)];

		free(*s);
		*s = get_block(64);
		*(char *)*s = 1;
	}
	clock_stop();
	snapshot_bytes(nr * 64, nr * 64);
	clock_go();
	for (i = 0; i < nr; i++)
		free(slots[i]);
	clock_stop();
	count_ops(nr + swaps);
}

/* What programs ask for most: a few fixed sizes, mostly small. */
static size_t usual_size(uint64_t *seed)
{
	static const uint16_t sizes[] = {
		24, 32, 40, 48, 64, 64, 96, 120, 128, 256, 500, 512, 1000,
		1024, 4096,
	};

	return sizes[random_between(seed, 0, NR(sizes) - 1)];
}

/*
 * A peak of arg bytes falls to a sixteenth, the youngest blocks staying, then
 * light work for arg2 ms: 100 pairs each 10 ms, asleep in between. ratio is
 * resident over base + live bytes (as asked for), peak_ratio the same before.
 */
static void light_work(uint64_t *seed, uint64_t ms)
{
	const struct timespec nap = { .tv_nsec = 10000000 };
	uint64_t t, i;

	for (t = 0; t < ms; t += 10) {
		for (i = 0; i < 100; i++)
			free(get_block(usual_size(seed)));
		nanosleep(&nap, NULL);
	}
}

static double resident_ratio(uint64_t base, uint64_t live)
{
	uint64_t own = own_bytes();

	return (double)(resident_bytes() - own) / (base - own + live);
}

static void run_idle(const struct workload *w)
{
	size_t max = w->arg / 64, nr = 0, i;
	struct block *slots = arena(max * sizeof(*slots));
	uint64_t seed = SEED, base, live = 0, peak = 0, rounded = 0;

	take_base();
	base = resident_bytes();
	clock_go();
	for (; nr < max && peak < w->arg; nr++) {
		fill(&slots[nr], usual_size(&seed));
		peak += slots[nr].size;
	}
	for (i = 0; i < nr - nr / 16; i++)
		drop(&slots[i]);
	clock_stop();
	count_ops(2 * nr);
	for (i = 0; i < nr; i++) {
		live += slots[i].ptr ? slots[i].size : 0;
		rounded += slots[i].ptr ? size_roundup(slots[i].size) : 0;
	}
	note("peak_ratio", resident_ratio(base, live));
	light_work(&seed, w->arg2);
	note("ratio", resident_ratio(base, live));
	snapshot_bytes(live, rounded);
}

const struct workload single_workloads[] = {
	{ "pair-8", "malloc+free of 8 bytes", run_pair, 8, 60000000 },
	{ "pair-64", "malloc+free of 64 bytes", run_pair, 64, 60000000 },
	{ "pair-512", "malloc+free of 512 bytes", run_pair, 512, 60000000 },
	{ "pair-4096", "malloc+free of 4096 bytes", run_pair, 4096, 30000000 },
	{ "random-1k", "16..1024 bytes, 20000 slots", run_random, 1024, 20000 },
	{ "random-16k", "16..16384 bytes, 4000 slots", run_random, 16384,
	  4000 },
	{ "realloc-64m", "realloc growth 16 bytes to 64 MiB", run_realloc,
	  64 << 20, 8 },
	{ "large", "160 KB..8 MB, every page touched, 16 slots", run_large, 16,
	  8000 },
	{ "calloc", "calloc of 16 bytes..128 KiB, 1000 slots", run_calloc, 1000,
	  800000 },
	{ "fragment", "10^6 blocks, two of three freed, other sizes",
	  run_fragment, 1000000, 0 },
	{ "kmalloc-line", "pair of exactly 128 KiB, one byte written",
	  run_large_pair, 131072, 4000000 },
	{ "vmalloc-line", "pair of 128 KiB + 1 byte, one byte written",
	  run_large_pair, 131073, 1000000 },
	{ "live-1e3", "10^3 live objects of 64 bytes", run_live, 1000, 0 },
	{ "live-1e4", "10^4 live objects of 64 bytes", run_live, 10000, 0 },
	{ "live-1e5", "10^5 live objects of 64 bytes", run_live, 100000, 0 },
	{ "live-1e6", "10^6 live objects of 64 bytes", run_live, 1000000, 0 },
	{ "live-1e7", "10^7 live objects of 64 bytes", run_live, 10000000, 0 },
	{ "live-1e8", "10^8 live objects of 64 bytes (needs 9 GiB)", run_live,
	  100000000, 0 },
	{ "idle", "a heap of 256 MiB after its peak, 3 s of light work",
	  run_idle, 256 << 20, 3000 },
	{ 0 },
};
