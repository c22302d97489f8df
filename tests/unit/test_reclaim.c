// SPDX-License-Identifier: MIT
/*
 * Shows that freed memory stays warm for purge_ms and is given back after it,
 * to the last page, by whoever comes by; that nothing live is touched; and that
 * a trim in the wrong moment does no harm.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sys/mman.h>

#define MB (1UL << 20)

/* AddressSanitizer's shadow of what was touched, an eighth of it, stays resident. */
#ifdef KMEMU_SANITIZE
#define SHADOW (8 * MB)
#else
#define SHADOW 0
#endif

static unsigned long resident_bytes(void)
{
	unsigned long size, rss = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%lu %lu", &size, &rss) != 2)
		rss = 0;
	if (f)
		fclose(f);
	return rss * PAGE_SIZE;
}

static struct page_stats stats(void)
{
	struct page_stats st;

	page_stats_read(&st);
	return st;
}

#define OBJECTS 40000

static void *objs[OBJECTS];

static void fill(size_t size, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		objs[i] = kmalloc(size, GFP_KERNEL);
		memset(objs[i], 1, size);
	}
}

static void empty(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		kvfree(objs[i]);
		objs[i] = NULL;
	}
}

HEAP_TEST(all_is_given_back, "")
{
	unsigned long before = resident_bytes(), peak, after;

	UNIT_EQ(trim_all(), false);
	fill(1000, OBJECTS);
	peak = resident_bytes();
	OK(peak > before + 35 * MB);
	UNIT_EQ(validate_all(), 0);
	OK(!trim_all() || resident_bytes() > before + 35 * MB); /* it is all in use */
	empty(OBJECTS);
	OK(trim_all());
	after = resident_bytes();
	OK(after < before + 2 * MB + SHADOW);
	UNIT_EQ(stats().dirty, 0);
	UNIT_EQ(stats().used, 0);
	UNIT_EQ(trim_all(), false);
}

HEAP_TEST(large_blocks_and_areas_too, "")
{
	unsigned long before = resident_bytes();

	fill(100000, 200);
	empty(200);
	fill(20000, 1000);
	empty(1000);
	objs[0] = __vmalloc(20 * MB, PAGE_SIZE, GFP_KERNEL);
	memset(objs[0], 1, 20 * MB);
	vfree(objs[0]);
	OK(trim_all());
	OK(resident_bytes() < before + 2 * MB + SHADOW);
}

HEAP_TEST(what_lives_is_not_touched, "")
{
	unsigned int wrong = 0;

	fill(3000, 5000);
	for (unsigned int i = 0; i < 5000; i++) /* many slabs with all their objects */
		if (i % 64 < 40)
			kvfree(objs[i]);
	OK(trim_all());
	for (unsigned int i = 0; i < 5000; i++)
		for (unsigned int b = 0; i % 64 >= 40 && b < 3000; b++)
			wrong += ((char *)objs[i])[b] != 1;
	UNIT_EQ(wrong, 0);
}

HEAP_TEST(young_memory_stays_warm, "purge_ms=100000")
{
	unsigned long peak;

	fill(4000, 5000);
	empty(5000);
	peak = resident_bytes();
	for (int i = 0; i < 100; i++) {
		trim_if_due();
		kvfree(kmalloc(100, GFP_KERNEL));
	}
	OK(resident_bytes() + MB > peak);
	OK(trim_deadline_ms > os_monotonic_ms());
	OK(trim_deadline_ms <= os_monotonic_ms() + 100001);
}

static void expect_given_back(void)
{
	unsigned long before = resident_bytes();

	fill(4000, 5000);
	empty(5000);
	OK(trim_deadline_ms != 0);
	for (int i = 0; i < 300; i++) {
		if (!stats().dirty && resident_bytes() <= before + 2 * MB + SHADOW)
			break;
		usleep(10000);
		trim_if_due();
	}
	OK(resident_bytes() < before + 2 * MB + SHADOW);
	trim_if_due();
	UNIT_EQ(stats().dirty, 0);
}

HEAP_TEST(old_memory_is_given_back, "purge_ms=40")
{
	u64 begin = os_monotonic_ms();

	expect_given_back();
	OK(os_monotonic_ms() - begin >= 40);
	OK(os_monotonic_ms() - begin < 2500);
}

HEAP_TEST(at_once_when_asked_for, "purge_ms=0")
{
	expect_given_back();
}

/* The program's own calls do the work: nobody else comes by. */
HEAP_TEST(a_working_program_trims_itself, "purge_ms=40")
{
	unsigned long before = resident_bytes();
	u64 end = os_monotonic_ms() + 3000;
	unsigned int i = 0;

	fill(4000, 5000);
	empty(5000);
	while (os_monotonic_ms() < end && resident_bytes() > before + 3 * MB + SHADOW)
		for (i = 0; i < 1000; i++) {
			void *p[8];

			for (int j = 0; j < 8; j++)
				p[j] = kmalloc(2000, GFP_KERNEL);
			for (int j = 0; j < 8; j++)
				kvfree(p[j]);
		}
	OK(resident_bytes() <= before + 3 * MB + SHADOW);
}

HEAP_TEST(sheaves_are_short_while_much_is_free, "purge_ms=100000")
{
	OK(!sheaf_short);
	fill(4000, 5000);
	empty(5000);
	trim_deadline_ms = 1; /* a trim is due, but nothing is old */
	trim_if_due();
	OK(sheaf_short);
	OK(trim_all());
	OK(!sheaf_short);
}

HEAP_TEST(nothing_free_arms_nothing, "")
{
	trim_all();
	UNIT_EQ(trim_deadline_ms, 0);
	trim_if_due();
	UNIT_EQ(trim_deadline_ms, 0);
	trim_arm();
	OK(trim_deadline_ms > os_monotonic_ms());
}

/* --- in the wrong moment --- */

HEAP_TEST(trim_under_own_locks_does_no_harm, "")
{
	kmemu_lock_t *locks[] = { &zone_lock, &slab_mutex, &vmap_lock,
				  &kmalloc_caches[0][6].node.list_lock };

	for (unsigned int i = 0; i < ARRAY_SIZE(locks); i++) {
		fill(64, 1000);
		empty(1000);
		OK(spin_lock(locks[i]));
		trim_all();
		OK(spin_is_mine(locks[i]));
		spin_unlock(locks[i]);
	}
	fill(64, 1000);
	empty(1000);
	OK(percpu_stop());
	trim_all();
	percpu_start();
	trim_all();
	UNIT_EQ(stats().used, 0);
}

static u32 stop_threads;

static void *trim_main(void *arg)
{
	while (!__atomic_load_n(&stop_threads, __ATOMIC_RELAXED))
		trim_all();
	return arg;
}

static void *use_main(void *arg)
{
	u64 rng = (unit_seed() + (u64)arg) * 2 + 1;
	static __thread u64 *p[200];
	unsigned long wrong = 0;

	while (!__atomic_load_n(&stop_threads, __ATOMIC_RELAXED)) {
		unsigned int i = (unsigned int)(rnd(&rng) % 200);

		if (p[i]) {
			wrong += p[i][0] != (u64)p[i] || p[i][1] != i;
			kvfree(p[i]);
		}
		p[i] = kvmalloc(16 + rnd(&rng) % 20000, GFP_KERNEL);
		p[i][0] = (u64)p[i];
		p[i][1] = i;
	}
	for (int i = 0; i < 200; i++)
		kvfree(p[i]);
	return (void *)wrong;
}

HEAP_TEST(trims_beside_others_lose_nothing, "")
{
	pthread_t t[5];
	void *wrong;

	for (unsigned long i = 0; i < 5; i++)
		pthread_create(&t[i], NULL, i < 2 ? trim_main : use_main, (void *)(i < 2 ? 0 : i));
	usleep((unsigned int)property_ms(2) * 1000);
	__atomic_store_n(&stop_threads, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 5; i++) {
		pthread_join(t[i], &wrong);
		UNIT_EQ((unsigned long)wrong, 0);
	}
	trim_all();
	UNIT_EQ(stats().used, 0);
}

HEAP_TEST(any_system_call_may_fail, "")
{
	for (long nr = 1; nr < 40; nr++) {
		fill(5000, 300);
		objs[300] = __vmalloc(MB, PAGE_SIZE, GFP_KERNEL);
		empty(300);
		vfree(objs[300]);
		os_fail_nth = nr;
		trim_all();
		os_fail_nth = 0;
		UNIT_EQ(validate_all(), 0);
		trim_all();
		UNIT_EQ(stats().used, 0);
		UNIT_EQ(stats().dirty, 0);
	}
}

UNIT_MAIN("reclaim",
	  UNIT_TEST(all_is_given_back),
	  UNIT_TEST(large_blocks_and_areas_too),
	  UNIT_TEST(what_lives_is_not_touched),
	  UNIT_TEST(young_memory_stays_warm),
	  UNIT_TEST(old_memory_is_given_back),
	  UNIT_TEST(at_once_when_asked_for),
	  UNIT_TEST(a_working_program_trims_itself),
	  UNIT_TEST(sheaves_are_short_while_much_is_free),
	  UNIT_TEST(nothing_free_arms_nothing),
	  UNIT_TEST(trim_under_own_locks_does_no_harm),
	  UNIT_TEST(trims_beside_others_lose_nothing),
	  UNIT_TEST(any_system_call_may_fail));
