/*
 * cpumask.c - sets of CPUs that are the same for ever (kernel: kernel/cpu.c:
 * `cpu_bit_bitmap`, `__cpu_possible_mask`).
 *
 * The mask of one CPU is a row of one table, where bit cpu % 64 is in the word behind
 * zeroes: the row is read from as many words before as the CPU's word is.
 *
 * Locks: none; who finds a word not set sets it to the same value.
 */
#include "core/init/init.h"
#include "include/kmemu/mm.h"

#define CPUS  KMEMU_NR_CPUS
#define WORDS (CPUS / 64)

static unsigned long one_cpu[1 + 64][WORDS];
static unsigned long all_cpus[WORDS];

KMEMU_EXPORT const unsigned long *kmemu_cpumask_of(unsigned int cpu)
{
	unsigned long *row = one_cpu[1 + cpu % 64];

	WRITE_ONCE(row[0], 1UL << cpu % 64);
	return row - cpu / 64;
}

KMEMU_EXPORT const unsigned long *kmemu_cpu_possible_mask(void)
{
	unsigned int n = kmemu_nr_cpu_ids();

	for (unsigned int i = 0; i < n && i < CPUS; i += 64)
		WRITE_ONCE(all_cpus[i / 64], n - i >= 64 ? ~0UL : (1UL << (n - i)) - 1);
	return all_cpus;
}

KMEMU_EXPORT const unsigned long *kmemu_cpu_none_mask(void)
{
	return one_cpu[0];
}
