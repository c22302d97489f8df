// SPDX-License-Identifier: MIT
/*
 * Shows that full memory is NULL by default, and that oom=kill kills at exactly
 * the requests for which 6.12 would, with its text.
 */
#include "tests/unit/heap.h"

#include "core/report/report.h"

static void exhaust(void)
{
	while (alloc_pages(GFP_KERNEL | __GFP_NORETRY | __GFP_MEMALLOC, 0))
		;
}

HEAP_TEST(by_default_it_is_null, "mem=4M")
{
	unsigned long before = report_count(REPORT_PAGE_ALLOC_FAILURE);

	exhaust();
	UNIT_EQ(report_count(REPORT_PAGE_ALLOC_FAILURE), before + 1);
	OK(!alloc_pages(GFP_KERNEL, 0));
	OK(!kmalloc(100, GFP_KERNEL));
	OK(!__vmalloc(1 << 20, PAGE_SIZE, GFP_KERNEL));
	OK(report_count(REPORT_PAGE_ALLOC_FAILURE) >= before + 3);
	before = report_count(REPORT_PAGE_ALLOC_FAILURE);
	OK(!alloc_pages(GFP_KERNEL | __GFP_NOWARN, 0));
	UNIT_EQ(report_count(REPORT_PAGE_ALLOC_FAILURE), before);
	UNIT_EQ(report_findings(REPORT_PAGE_ALLOC_FAILURE), 0); /* counted only */
}

HEAP_TEST(not_killed_where_the_kernel_would_not, "mem=4M oom=kill")
{
	static const gfp_t flags[] = {
		GFP_ATOMIC, GFP_NOWAIT, __GFP_DMA, GFP_KERNEL | __GFP_NORETRY,
		GFP_KERNEL | __GFP_RETRY_MAYFAIL, GFP_KERNEL | __GFP_DMA, GFP_KERNEL | __GFP_DMA32,
	};

	exhaust();
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++)
		for (unsigned int o = 0; o <= MAX_PAGE_ORDER; o++)
			OK(!alloc_pages(flags[i], o));
	for (unsigned int o = PAGE_ALLOC_COSTLY_ORDER + 1; o <= MAX_PAGE_ORDER; o++)
		OK(!alloc_pages(GFP_KERNEL, o));
	OK(!kmalloc(131072, GFP_KERNEL));
}

static size_t victim_size;
static char log_path[64], text[4096];

static void victim(void)
{
	FILE *f = fopen("/proc/self/oom_score_adj", "w");

	if (f) {
		fputs("300", f);
		fclose(f);
	}
	kmemu_init();
	exhaust();
	kmalloc(victim_size, GFP_KERNEL);
}

static void expect_killed(size_t size)
{
	int status = 0;
	pid_t pid = fork();

	victim_size = size;
	if (!pid) {
		victim();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	CU_ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void read_log(void)
{
	FILE *f = fopen(log_path, "r");
	size_t n = f ? fread(text, 1, sizeof(text) - 1, f) : 0;

	text[n] = 0;
	if (f)
		fclose(f);
}

static void killed_with_the_kernels_text(void)
{
	static const size_t sizes[] = { 8, 4096, 30000 };
	char options[128];

	for (unsigned int i = 0; i < ARRAY_SIZE(sizes); i++) {
		snprintf(log_path, sizeof(log_path), "/tmp/kmemu-oom-%d", getpid());
		snprintf(options, sizeof(options), "mem=4M oom=kill log=%s", log_path);
		setenv("KMEMU_OPTIONS", options, 1);
		expect_killed(sizes[i]);
		unsetenv("KMEMU_OPTIONS");
		read_log();
		unlink(log_path);
		CU_ASSERT_PTR_NOT_NULL(strstr(text, " invoked oom-killer: gfp_mask=0x"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "oom_score_adj=300\n"));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "Out of memory: Killed process "));
		CU_ASSERT_PTR_NOT_NULL(strstr(text, "test_oom_kill"));
	}
}

UNIT_MAIN("oom_kill",
	  UNIT_TEST(by_default_it_is_null),
	  UNIT_TEST(not_killed_where_the_kernel_would_not),
	  UNIT_TEST(killed_with_the_kernels_text));
