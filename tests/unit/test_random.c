// SPDX-License-Identifier: MIT
/*
 * Shows that random numbers stay below their ceiling and are even there, that bytes
 * are filled to the last and no further, and that no two draws are alike.
 */
#include "tests/unit/heap.h"

#include "include/kmemu/sched.h"

HEAP_TEST(below_the_ceiling_and_even, "")
{
	unsigned int seen[7] = { 0 }, n;

	for (int i = 0; i < 70000; i++) {
		n = kmemu_get_random_u32_below(7);
		OK(n < 7);
		seen[n % 7]++;
	}
	for (int i = 0; i < 7; i++)
		OK(seen[i] > 9000 && seen[i] < 11000); /* ten times the deviation */
	UNIT_EQ(kmemu_get_random_u32_below(1), 0);
	for (int i = 0; i < 1000; i++)
		OK(kmemu_get_random_u32_below(~0u) != ~0u);
}

HEAP_TEST(bytes_are_filled, "")
{
	unsigned char buf[66] = { 0 }, any[64] = { 0 };

	for (int i = 0; i < 50; i++) {
		kmemu_get_random_bytes(buf + 1, 64);
		for (int j = 0; j < 64; j++)
			any[j] |= buf[1 + j];
	}
	UNIT_EQ(buf[0] | buf[65], 0);
	for (int j = 0; j < 64; j++)
		OK(any[j]);
}

static int by_value(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

HEAP_TEST(no_two_are_alike, "")
{
	static unsigned long n[20000];

	for (int i = 0; i < 20000; i++)
		n[i] = kmemu_get_random_u64();
	qsort(n, 20000, sizeof(n[0]), by_value);
	for (int i = 1; i < 20000; i++)
		OK(n[i] != n[i - 1]);
	OK(kmemu_get_random_u32() != kmemu_get_random_u32() ||
	   kmemu_get_random_u32() != kmemu_get_random_u32());
}

UNIT_MAIN("random", UNIT_TEST(below_the_ceiling_and_even), UNIT_TEST(bytes_are_filled),
	  UNIT_TEST(no_two_are_alike));
