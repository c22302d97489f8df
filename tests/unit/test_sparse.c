// SPDX-License-Identifier: MIT
/*
 * Shows that frames become memory with their tables, that the span which free()
 * looks up is readable everywhere, and that what cannot be mapped is a hole or
 * NOMEM and leaves nothing behind.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sys/mman.h>

static bool readable(const void *p)
{
	char c;

	return os_read_safe(&c, p, 1);
}

static void expect_present(unsigned long pfn, unsigned long n)
{
	unsigned long all_valid = 0;

	for (unsigned long i = pfn; i < pfn + n; i++)
		all_valid += pfn_valid(i);
	UNIT_EQ(all_valid, n);
	*(char *)pfn_to_virt(pfn) = 1;
	*((char *)pfn_to_virt(pfn + n) - 1) = 1;
	pfn_to_page(pfn)->order = 3;
	pfn_to_page(pfn + n - 1)->order = 3;
	OK(frame_class[pfn] == 0 && frame_class[pfn + n - 1] == 0);
}

/* The hit path reads any byte of it without asking. */
static void expect_span_readable(void)
{
	unsigned long first = span_lo - FRAME_OF_PFN;

	for (unsigned long i = 0; i < span_frames; i += 4096)
		OK(readable(frame_class + first + i));
	OK(readable(frame_class + first + span_frames - 1));
}

#define CHILD_TEST(name)               \
	static void name##_body(void); \
	static void name(void)         \
	{                              \
		class_table_map();     \
		in_child(name##_body); \
	}                              \
	static void name##_body(void)

CHILD_TEST(nothing_is_valid_at_first)
{
	OK(!pfn_valid(0));
	OK(!pfn_valid(16));
	OK(!pfn_valid(MAX_PLAN_PFN - 1));
	UNIT_EQ(span_frames, 0);
}

CHILD_TEST(frames_and_tables_appear)
{
	UNIT_EQ(sparse_make_present(5000, 64), PRESENT_OK);
	expect_present(5000, 64);
	OK(!pfn_valid(4999));
	OK(!pfn_valid(5064));
	UNIT_EQ(span_lo, FRAME_OF_PFN + 5000);
	UNIT_EQ(span_frames, 64);
	expect_span_readable();
}

CHILD_TEST(pieces_in_a_row_are_one_span)
{
	unsigned long pfn = 1024;

	for (int i = 0; i < 100; i++) {
		UNIT_EQ(sparse_make_present(pfn, 1000), PRESENT_OK);
		expect_present(pfn, 1000);
		pfn += 1000;
	}
	UNIT_EQ(span_lo, FRAME_OF_PFN + 1024);
	UNIT_EQ(span_frames, 100000);
	expect_span_readable();
	OK(!pfn_valid(pfn));
}

CHILD_TEST(the_span_swallows_a_small_gap)
{
	UNIT_EQ(sparse_make_present(10000, 64), PRESENT_OK);
	UNIT_EQ(sparse_make_present(30000, 64), PRESENT_OK);
	UNIT_EQ(span_frames, 20064);
	expect_span_readable();
	OK(!pfn_valid(20000));
	UNIT_EQ(frame_class[20000], 0); /* a free there is a miss */
	expect_present(30000, 64);
}

CHILD_TEST(the_span_leaves_a_great_gap)
{
	unsigned long far = 10000 + (1UL << 20);

	UNIT_EQ(sparse_make_present(10000, 64), PRESENT_OK);
	UNIT_EQ(sparse_make_present(far, 64), PRESENT_OK);
	UNIT_EQ(span_frames, 64);
	expect_present(far, 64);
	UNIT_EQ(sparse_make_present(10064, 64), PRESENT_OK); /* the first one grows on */
	UNIT_EQ(span_frames, 128);
	expect_present(10064, 64);
	UNIT_EQ(sparse_make_present(5000, 64), PRESENT_OK); /* below it */
	expect_present(5000, 64);
	expect_present(far, 64);
	expect_span_readable();
}

CHILD_TEST(somebody_elses_memory_is_a_hole)
{
	UNIT_EQ(os_map(pfn_to_virt(10010), PAGE_SIZE), 0);
	*(char *)pfn_to_virt(10010) = 42;
	UNIT_EQ(sparse_make_present(10000, 64), PRESENT_HOLE);
	OK(!pfn_valid(10000));
	OK(!pfn_valid(10010));
	OK(!readable(pfn_to_virt(10000)));
	OK(*(char *)pfn_to_virt(10010) == 42);
	UNIT_EQ(sparse_make_present(10011, 64), PRESENT_OK);
	expect_present(10011, 64);
}

/* Each of the calls behind one piece fails: nothing is valid, a retry works. */
CHILD_TEST(any_system_call_may_fail)
{
	unsigned long pfn = 50000;
	int failures = 0;

	for (long nr = 1; nr < 10; nr++) {
		os_fail_nth = nr;
		if (sparse_make_present(pfn, 64) != PRESENT_OK) {
			failures++;
			OK(!pfn_valid(pfn));
			OK(!readable(pfn_to_virt(pfn)));
			os_fail_nth = 0;
			UNIT_EQ(sparse_make_present(pfn, 64), PRESENT_OK);
		}
		os_fail_nth = 0;
		expect_present(pfn, 64);
		pfn += 10000; /* new granules each time */
	}
	UNIT_EQ(failures, 6); /* mem_map, frame_class, three tables of marks, the frames */
}

/* What free's hit path reads first; without it there is no memory. */
CHILD_TEST(no_memory_without_the_class_table)
{
	class_table_ready = false;
	UNIT_EQ(sparse_make_present(20000, 64), PRESENT_NOMEM);
	OK(!sparse_cover_emergency(MAX_PLAN_PFN - 64, 64));
	class_table_ready = true;
	UNIT_EQ(sparse_make_present(20000, 64), PRESENT_OK);
}

CHILD_TEST(too_many_holes_are_no_memory)
{
	int ok = 0;

	for (int i = 0; i < 300; i++)
		ok += sparse_make_present(1000 + 20UL * (unsigned long)i, 10) == PRESENT_OK;
	OK(ok > 100 && ok < 300);
	for (int i = 0; i < ok; i++)
		expect_present(1000 + 20UL * (unsigned long)i, 10);
	OK(!pfn_valid(1000 + 20UL * (unsigned long)ok));
	OK(!readable(pfn_to_virt(1000 + 20UL * (unsigned long)ok)));
}

CHILD_TEST(random_pieces_match_a_map)
{
	static u8 map[1 << 16];
	u64 rng = unit_seed() * 2 + 1;
	int wrong = 0;

	for (int i = 0; i < 150; i++) {
		unsigned long pfn = rnd(&rng) % 60000, n = 1 + rnd(&rng) % 2000;
		bool overlaps = memchr(map + pfn, 1, n) != NULL;
		enum present got = sparse_make_present(pfn, n);

		UNIT_EQ(got, overlaps ? PRESENT_HOLE : PRESENT_OK);
		if (got == PRESENT_OK)
			memset(map + pfn, 1, n);
	}
	for (unsigned long pfn = 0; pfn < sizeof(map); pfn++)
		wrong += pfn_valid(pfn) != map[pfn];
	UNIT_EQ(wrong, 0);
	expect_span_readable();
}

static u32 stop_reader;

static void *read_far(void *arg)
{
	unsigned long misses = 0;

	while (!__atomic_load_n(&stop_reader, __ATOMIC_RELAXED))
		misses += !pfn_valid(*(unsigned long *)arg);
	return (void *)misses;
}

/* Frees on other threads look without a lock. */
CHILD_TEST(what_is_valid_stays_so_while_runs_are_added)
{
	unsigned long far = 1UL << 20;
	void *misses;
	pthread_t t;

	UNIT_EQ(sparse_make_present(far, 10), PRESENT_OK);
	pthread_create(&t, NULL, read_far, &far);
	for (unsigned long i = 0; i < 250; i++)
		UNIT_EQ(sparse_make_present(500000 - 20 * i, 10), PRESENT_OK);
	__atomic_store_n(&stop_reader, 1, __ATOMIC_RELAXED);
	pthread_join(t, &misses);
	UNIT_EQ((unsigned long)misses, 0);
}

CHILD_TEST(the_emergency_area_has_tables)
{
	unsigned long pfn = MAX_PLAN_PFN - 100;

	OK(sparse_cover_emergency(pfn, 100));
	OK(sparse_cover_emergency(pfn, 100)); /* again: they are there */
	pfn_to_page(pfn)->order = 1;
	pfn_to_page(MAX_PLAN_PFN - 1)->order = 1;
	UNIT_EQ(frame_class[pfn], 0);
	os_fail_nth = 1;
	OK(!sparse_cover_emergency(MAX_PLAN_PFN - 50000, 1));
	OK(sparse_cover_emergency(MAX_PLAN_PFN - 50000, 1));
}

UNIT_MAIN("sparse",
	  UNIT_TEST(nothing_is_valid_at_first),
	  UNIT_TEST(frames_and_tables_appear),
	  UNIT_TEST(pieces_in_a_row_are_one_span),
	  UNIT_TEST(the_span_swallows_a_small_gap),
	  UNIT_TEST(the_span_leaves_a_great_gap),
	  UNIT_TEST(somebody_elses_memory_is_a_hole),
	  UNIT_TEST(any_system_call_may_fail),
	  UNIT_TEST(no_memory_without_the_class_table),
	  UNIT_TEST(too_many_holes_are_no_memory),
	  UNIT_TEST(random_pieces_match_a_map),
	  UNIT_TEST(what_is_valid_stays_so_while_runs_are_added),
	  UNIT_TEST(the_emergency_area_has_tables));
