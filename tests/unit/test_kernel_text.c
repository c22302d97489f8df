/* SPDX-License-Identifier: MIT */
/*
 * kernel_text, mem_info: what is not easily reached from a program: names of gfp
 * flags (kernel: lib/test_printf.c flags()), buffers that are too small, the
 * short form. Whole reports are compared by tests/preload/report_kinds.sh.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "core/report/finding.h"

static void gfp_names(void)
{
	static const struct {
		unsigned int gfp;
		const char *want;
	} cases[] = {
		{ 0, "" },
		{ 0xcc0, "GFP_KERNEL" },
		{ 0xdc0, "GFP_KERNEL|__GFP_ZERO" },
		{ 0x40cc0, "GFP_KERNEL|__GFP_COMP" },
		{ 0x52cc0, "GFP_KERNEL|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP" },
		{ 0x820, "GFP_ATOMIC" },
		{ 0x821, "GFP_ATOMIC|GFP_DMA" },
		{ 0x2800, "GFP_NOWAIT" },
		{ 0xc00, "GFP_NOIO" },
		{ 0xc40, "GFP_NOFS" },
		{ 0x440, "__GFP_IO|__GFP_DIRECT_RECLAIM" },
		{ 0x8c0, "__GFP_IO|__GFP_FS|__GFP_KSWAPD_RECLAIM" },
		{ 0xcc4, "GFP_KERNEL|GFP_DMA32" },
		{ 0x2, "__GFP_HIGHMEM" },
		{ 0x100cca, "GFP_HIGHUSER_MOVABLE" },
		{ 0x1c20ca, "GFP_TRANSHUGE_LIGHT" },
		{ 0x1c24ca, "GFP_TRANSHUGE" },
		{ 0x400cc0, "GFP_KERNEL_ACCOUNT" },
		{ 0x80000000, "0x80000000" },
		{ 0x80000020, "__GFP_HIGH|0x80000000" },
	};
	char is[256];

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		UNIT_EQ(gfp_print(is, sizeof(is), cases[i].gfp), strlen(cases[i].want));
		CU_ASSERT_STRING_EQUAL(is, cases[i].want);
	}
}

static void lines_have_stamps(void)
{
	char buf[256];
	struct text_buf t;

	text_init(&t, buf, sizeof(buf), 1234567890);
	text_put(&t, "one\n\ntwo %d", 2);
	text_put(&t, " of %s\n", "it");
	CU_ASSERT_STRING_EQUAL(buf, "[ 1234.567890] one\n[ 1234.567890] \n"
				    "[ 1234.567890] two 2 of it\n");
	UNIT_EQ(t.n, strlen(buf));
}

static struct report_mem mem = { .nr_zones = 3,
				 .zone = { { .name = "DMA", .present = 16 },
					   { .name = "DMA32", .present = 16 },
					   { .name = "Normal", .present = 16 } } };

static struct finding finding = {
	.r = { .func = "kfree",
	       .addr = "",
	       .object = "",
	       .object_size = 64,
	       .cache = "kmalloc-64",
	       .wrong_cache = "names",
	       .mem = &mem,
	       .slab = { .page = "", .start = "" },
	       .task = { .comm = "test", .time_us = 1 } },
	.here = { .nr = 64, .nr_irq = 3 },
	.id = "kind-0123456789abcdef",
};

static void is_whole_lines(const struct text_buf *t)
{
	UNIT_EQ(t->n, strlen(t->buf));
	CU_ASSERT(t->n < t->size);
	CU_ASSERT(t->n == 0 || t->buf[t->n - 1] == '\n');
}

/* Every kind into every size: in bounds, and no line is cut. */
static void any_size_of_buffer(void)
{
	static u8 bytes[FINDING_DUMP_BYTES];
	static char buf[16384 + 1];
	struct text_buf t;

	finding.bytes = bytes;
	for (int kind = 0; kind < NR_REPORT_KINDS; kind++) {
		finding.r.kind = (enum report_kind)kind;
		for (size_t size = 1; size < sizeof(buf) - 1; size += 1 + size / 7) {
			buf[size] = 0x55;
			text_init(&t, buf, size, 1);
			kernel_text(&t, &finding);
			is_whole_lines(&t);
			CU_ASSERT(buf[size] == 0x55);
		}
		CU_ASSERT(!t.full);
	}
}

/* What is said when another thread has the large buffers too long. */
static void short_form_is_complete(void)
{
	char buf[1536];
	struct text_buf t;

	for (int kind = 0; kind < NR_REPORT_KINDS; kind++) {
		finding.r.kind = (enum report_kind)kind;
		text_init(&t, buf, sizeof(buf), 1);
		t.brief = true;
		kernel_text(&t, &finding);
		is_whole_lines(&t);
		CU_ASSERT(!t.full);
		CU_ASSERT_PTR_NOT_NULL(strstr(buf, "] kmemu: kind-0123456789abcdef: "));
		CU_ASSERT_PTR_NULL(strstr(buf, "Mem-Info"));
	}
}

/* kswapd gives up only where no zone of the request has enough. */
static void all_unreclaimable_is_no_memory_at_all(void)
{
	struct report_mem m = mem;
	char buf[8192];
	struct text_buf t;

	for (int enough = 0; enough < 2; enough++) {
		m.zone[1].free = 120 + (unsigned long)enough;
		m.zone[1].high = 100;
		m.zone[1].lowmem_reserve[2] = 20;
		text_init(&t, buf, sizeof(buf), 1);
		put_mem_info(&t, &m);
		CU_ASSERT_PTR_NOT_NULL(
			strstr(buf, enough ? "all_unreclaimable? no" : "all_unreclaimable? yes"));
	}
}

/* The kernel's `free:` is of all zones, free_pcp: of those that may be used. */
static void totals(void)
{
	struct report_mem m = mem;
	char buf[8192];
	struct text_buf t;

	m.nr_zones = 2;
	for (unsigned int i = 0; i < 3; i++) {
		m.zone[i].free = 1000;
		m.zone[i].free_pcp = 10 + i;
		m.zone[i].local_pcp = i;
	}
	text_init(&t, buf, sizeof(buf), 1);
	put_mem_info(&t, &m);
	CU_ASSERT_PTR_NOT_NULL(strstr(buf, " free:3000 free_pcp:21 free_cma:0\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf, " free_pcp:44kB local_pcp:4kB free_cma:0kB\n"));
}

UNIT_MAIN("kernel_text",
	  UNIT_TEST(gfp_names),
	  UNIT_TEST(lines_have_stamps),
	  UNIT_TEST(any_size_of_buffer),
	  UNIT_TEST(short_form_is_complete),
	  UNIT_TEST(all_unreclaimable_is_no_memory_at_all),
	  UNIT_TEST(totals));
