// SPDX-License-Identifier: MIT
/*
 * Shows that per-CPU memory is aligned, zeroed, disjoint on all CPUs and given
 * back; that what alloc_percpu() returns is no address; that frees of others'
 * memory are refused; that threads lose no increment.
 */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/init/init.h"
#include "core/mm/pcpu.h"
#include "core/os/os.h"
#include "include/kmemu/mm.h"

#define NR 3000

static int suite_init(void)
{
	return kmemu_init() ? 0 : -1;
}

static unsigned long ranges;

static void *ptr(const void *p, unsigned int cpu)
{
	return kmemu_per_cpu_ptr(p, cpu, NULL, NULL);
}

static int not_byte(const unsigned char *p, size_t n, unsigned char byte)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++)
		bad += p[i] != byte;
	return bad;
}

static void model(void)
{
	static struct {
		char *p;
		size_t size;
	} all[NR];
	int bad = 0;

	srandom((unsigned int)unit_seed());
	for (int round = 0; round < 4 * NR; round++) {
		int i = (int)(random() % NR);
		size_t align = 1UL << random() % 12, size = 1 + (size_t)random() % 1024;

		for (unsigned int cpu = 0; all[i].p && cpu < kmemu_nr_cpu_ids(); cpu++)
			bad += not_byte(ptr(all[i].p, cpu), all[i].size,
					(unsigned char)(i * 7 + (int)cpu));
		kmemu_free_percpu(all[i].p);
		all[i].p = kmemu_alloc_percpu(size, align, GFP_KERNEL);
		all[i].size = size;
		bad += !all[i].p || (unsigned long)all[i].p % align;
		for (unsigned int cpu = 0; all[i].p && cpu < kmemu_nr_cpu_ids(); cpu++) {
			bad += not_byte(ptr(all[i].p, cpu), size, 0);
			memset(ptr(all[i].p, cpu), i * 7 + (int)cpu, size);
		}
	}
	UNIT_EQ(bad, 0);
	for (int i = 0; i < NR; i++)
		kmemu_free_percpu(all[i].p);
	UNIT_EQ(pcpu_used_bytes(), 0);
}

static void arguments(void)
{
	char *p;

	CU_ASSERT_PTR_NULL(kmemu_alloc_percpu(0, 8, GFP_KERNEL));
	CU_ASSERT_PTR_NULL(kmemu_alloc_percpu(8, 3, GFP_KERNEL));
	CU_ASSERT_PTR_NULL(kmemu_alloc_percpu(8, 2 * PAGE_SIZE, GFP_KERNEL));
	CU_ASSERT_PTR_NULL(kmemu_alloc_percpu(PCPU_MIN_UNIT_SIZE + 1, 8, GFP_KERNEL));
	p = kmemu_alloc_percpu(PCPU_MIN_UNIT_SIZE, PAGE_SIZE, GFP_KERNEL);
	CU_ASSERT_PTR_NOT_NULL(p);
	CU_ASSERT(!os_read_safe(&ranges, p, 8));
	kmemu_free_percpu(p);
	CU_ASSERT(!pcpu_free(p)); /* twice */
	CU_ASSERT(!pcpu_free(&ranges));
	p = kmemu_alloc_percpu(64, 8, GFP_ATOMIC); /* of the chunk that is there */
	CU_ASSERT_PTR_NOT_NULL(p);
	CU_ASSERT(!pcpu_free(p + 8));
	kmemu_free_percpu(p);
	kmemu_free_percpu(NULL);
}

static const char image[100] = "static";

static void static_variables(void)
{
	char *zero = kmemu_per_cpu_ptr(image + 2, 0, image, image + sizeof(image));

	CU_ASSERT_STRING_EQUAL(zero, "atic");
	for (unsigned int cpu = 1; cpu < kmemu_nr_cpu_ids(); cpu++) {
		char *one = kmemu_per_cpu_ptr(image + 2, cpu, image, image + sizeof(image));

		CU_ASSERT(one != zero);
		CU_ASSERT_STRING_EQUAL(one, "atic");
		one[0] = 'A';
	}
	UNIT_EQ(zero[0], 'a');
	CU_ASSERT(kmemu_per_cpu_ptr(image + 2, 0, NULL, NULL) == zero);
	CU_ASSERT_PTR_NULL(kmemu_per_cpu_ptr(&ranges, 0, image, image + sizeof(image)));
}

static void *count(void *p)
{
	for (int i = 0; i < 20000; i++)
		__atomic_fetch_add((long *)ptr(p, kmemu_smp_processor_id()), 1, __ATOMIC_RELAXED);
	return NULL;
}

static void threads(void)
{
	long *p = kmemu_alloc_percpu(sizeof(long), 8, GFP_KERNEL), sum = 0;
	pthread_t thread[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, count, p);
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	for (unsigned int cpu = 0; cpu < kmemu_nr_cpu_ids(); cpu++)
		sum += *(long *)ptr(p, cpu);
	UNIT_EQ(sum, 80000);
	kmemu_free_percpu(p);
}

UNIT_MAIN_INIT("pcpu", suite_init, NULL,
	UNIT_TEST(model),
	UNIT_TEST(arguments),
	UNIT_TEST(static_variables),
	UNIT_TEST(threads)
);
