/* SPDX-License-Identifier: MIT */
/*
 * usercopy: the bounds of each kind of memory, and of what was asked for.
 */
#include "tests/unit/heap.h"

#include <errno.h>

#include "core/check/buffers.h"

/* 1: it is a finding. */
static int finds(const void *at, size_t bytes)
{
	struct buffer_part p = { .call = "write", .fd = -1, .way = WAY_OUT, .at = at,
				 .bytes = bytes, .of = 1, .copies = true };
	struct buffer_wrong wrong = { .elements.nr = 0 };
	bool told = false;
	int err;

	buffer_look(&p, &wrong);
	err = buffer_tell(&wrong, &told);
	UNIT_EQ(err, told ? EFAULT : 0);
	return told;
}

HEAP_TEST(buckets, "usercopy=fail report=line log=/dev/null")
{
	char *p = kmalloc(50, GFP_KERNEL), *large = kmalloc(100000, GFP_KERNEL);
	char *area = __vmalloc(200000, PAGE_SIZE, GFP_KERNEL);
	char stack[16];

	UNIT_EQ(finds(p, 64), 0);
	UNIT_EQ(finds(p, 65), 1);
	UNIT_EQ(finds(p + 60, 4), 0);
	UNIT_EQ(finds(p + 60, 5), 1);
	UNIT_EQ(finds(p, SIZE_MAX), 1);
	UNIT_EQ(finds(large, 131072), 0);
	UNIT_EQ(finds(large + 1, 131072), 1);
	UNIT_EQ(finds(area, 200704 + PAGE_SIZE), 0); /* its guard page */
	UNIT_EQ(finds(area, 200705 + PAGE_SIZE), 1);
	UNIT_EQ(finds(stack, 1000), 0);
	UNIT_EQ(finds(NULL, 1000), 0);
	UNIT_EQ(report_count(REPORT_USERCOPY), 5);
}

HEAP_TEST(what_was_asked_for, "usercopy=fail usercopy.exact=1 report=line log=/dev/null")
{
	char *p = kmalloc(50, GFP_KERNEL), *q = kmalloc(60, GFP_KERNEL);
	char *area = __vmalloc(200000, PAGE_SIZE, GFP_KERNEL);

	OK(usercopy_init());
	usercopy_note(p, 50);
	UNIT_EQ(finds(p, 50), 0);
	UNIT_EQ(finds(p, 51), 1);
	UNIT_EQ(finds(p + 10, 41), 1);
	UNIT_EQ(finds(q, 64), 0); /* not noted: its bucket */
	usercopy_note(p, 64); /* the next owner */
	UNIT_EQ(finds(p, 64), 0);
	UNIT_EQ(finds(area, 200705), 1);
	usercopy_note(p, 0); /* malloc(0) */
	UNIT_EQ(finds(p, 0), 0);
	UNIT_EQ(finds(p, 1), 1);
}

UNIT_MAIN("usercopy", UNIT_TEST(buckets), UNIT_TEST(what_was_asked_for));
