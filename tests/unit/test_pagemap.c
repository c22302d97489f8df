// SPDX-License-Identifier: MIT
/*
 * Shows that the machine's frames are read as they are: pages not touched have
 * none, a page of its own is one run, and a hidden frame is said to be hidden.
 * Run by an ordinary user, what needs CAP_SYS_ADMIN is checked for the refusal.
 */
#include "tests/unit/heap.h"

#include <errno.h>
#include <sys/mman.h>

#include "config/options.h"
#include "core/mm/pagemap.h"

/* 0, or -EPERM everywhere. */
static int expected_err(void)
{
	volatile char here = 1;
	struct kmemu_real_runs r;

	return real_runs_read((const void *)&here, 1, &r);
}

static void pages_not_touched(void)
{
	char *p = mmap(NULL, 8 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		       0);
	int want = expected_err();
	struct kmemu_real_runs r;

	CU_ASSERT(want == 0 || want == -EPERM);
	UNIT_EQ(real_runs_read(p, 8 * PAGE_SIZE, &r), 0); /* nothing to hide */
	UNIT_EQ(r.pages, 8);
	UNIT_EQ(r.present + r.runs, 0);
	p[3 * PAGE_SIZE] = 1;
	UNIT_EQ(real_runs_read(p, 8 * PAGE_SIZE, &r), want);
	UNIT_EQ(r.present, 1);
	UNIT_EQ(r.runs, want ? 0 : 1);
	UNIT_EQ(r.largest_pages, want ? 0 : 1);
	p[5 * PAGE_SIZE] = 1;
	real_runs_read(p, 8 * PAGE_SIZE, &r);
	UNIT_EQ(r.runs, want ? 0 : 2); /* what lies between is not there */
	UNIT_EQ(real_runs_read(p + PAGE_SIZE - 1, 2, &r), 0);
	UNIT_EQ(r.pages, 2);
	UNIT_EQ(real_runs_read(p, 0, &r), 0);
	UNIT_EQ(r.pages, 0);
	munmap(p, 8 * PAGE_SIZE);
}

static void above_all_addresses(void)
{
	struct kmemu_real_runs r;

	CU_ASSERT(real_runs_read((void *)~0xfffUL, 1, &r) < 0);
}

/* More entries than are read at once, and runs counted over the border. */
static void a_huge_page_is_one_run(void)
{
	size_t bytes = 2UL << 20;
	char *p = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *huge = (char *)ALIGN((unsigned long)p, bytes);
	struct kmemu_real_runs r;

	madvise(huge, bytes, MADV_HUGEPAGE);
	memset(huge, 1, bytes);
	if (!expected_err() && !madvise(huge, bytes, 25 /* MADV_COLLAPSE */)) {
		UNIT_EQ(real_runs_read(huge, bytes, &r), 0);
		UNIT_EQ(r.runs, 1);
		UNIT_EQ(r.largest_pages, 512);
	}
	munmap(p, 2 * bytes);
}

HEAP_TEST(off_is_off, "")
{
	struct phys_verified v;

	OK(!phys_verify(kmalloc(100, GFP_KERNEL), 100, &v));
}

HEAP_TEST(model_and_machine, "contig.verify=pagemap")
{
	char *p = kmalloc(100, GFP_KERNEL), on_stack[10];
	char *far = kmalloc(131072, GFP_KERNEL);
	struct phys_verified v;
	int want = expected_err();

	memset(p, 1, 100);
	memset(on_stack, 1, sizeof(on_stack));
	OK(phys_verify(p, 100, &v));
	UNIT_EQ(v.err, want);
	UNIT_EQ(v.model_runs, 1);
	UNIT_EQ(v.agrees, !want);
	OK(phys_verify(far, 131072, &v)); /* never touched: not there */
	OK(!v.agrees && v.real.present < v.real.pages);
	OK(phys_verify(on_stack, sizeof(on_stack), &v));
	OK(!v.agrees && v.model_runs == 0);
}

/* As root, where the system has huge pages: 128 KiB of kmalloc are one run. */
static void blocks_are_real(unsigned int *agree, unsigned int *nr)
{
	for (*nr = *agree = 0; *nr < 64; (*nr)++) {
		char *p = kmalloc(131072, GFP_KERNEL);
		struct phys_verified v;

		memset(p, 1, 131072);
		OK(phys_verify(p, 131072, &v));
		*agree += v.agrees;
	}
}

HEAP_TEST(huge_pages_are_contiguous, "phys=huge contig.verify=pagemap mem=256M")
{
	unsigned int agree, nr;

	blocks_are_real(&agree, &nr);
	OK(huge_wanted_bytes >= 64 * 131072);
	if (!expected_err() && huge_got_bytes == huge_wanted_bytes)
		UNIT_EQ(agree, nr);
	printf("(%lu of %lu kB huge, %u of %u contiguous) ", huge_got_bytes >> 10,
	       huge_wanted_bytes >> 10, agree, nr);
	trim_all();
	OK(kmalloc(100, GFP_KERNEL) != NULL);
}

HEAP_TEST(small_pages_are_what_they_are, "contig.verify=pagemap mem=256M")
{
	unsigned int agree, nr;

	blocks_are_real(&agree, &nr);
	UNIT_EQ(huge_wanted_bytes, 0);
	OK(agree <= nr); /* the system's luck; it is only said */
	printf("(%u of %u contiguous) ", agree, nr);
}

UNIT_MAIN("pagemap", UNIT_TEST(pages_not_touched), UNIT_TEST(above_all_addresses),
	  UNIT_TEST(a_huge_page_is_one_run), UNIT_TEST(off_is_off), UNIT_TEST(model_and_machine),
	  UNIT_TEST(huge_pages_are_contiguous), UNIT_TEST(small_pages_are_what_they_are));
