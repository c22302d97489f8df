/* SPDX-License-Identifier: MIT */
/*
 * flight: frees of what is in flight, of what has ended with a call and without one;
 * cache lines; the end of all of an owner; more than there is room for.
 */
#include "tests/unit/heap.h"

#include <aio.h>
#include <errno.h>

#include "core/check/buffers.h"
#include "core/mm/armed.h"

static struct aiocb cb;

static void fly(const void *at, size_t bytes, u8 way, const void *owner, u64 name)
{
	struct flight f = { .by = FLIGHT_AIO, .way = way, .call = "aio_read", .at = at,
			    .bytes = bytes, .owner = owner, .name = name };

	flight_begin(&f);
}

static unsigned long freed(void *p)
{
	unsigned long before = report_count(REPORT_IN_FLIGHT);

	armed_free(p);
	return report_count(REPORT_IN_FLIGHT) - before;
}

HEAP_TEST(frees, "contig=count")
{
	char *p = kmalloc(100, GFP_KERNEL), *q = kmalloc(100, GFP_KERNEL);

	cb.__error_code = EINPROGRESS;
	fly(p + 20, 50, WAY_IN, &cb, (u64)&cb);
	UNIT_EQ(freed(q), 0);
	UNIT_EQ(freed(p + 20), 0); /* no object's start: another check's */
	UNIT_EQ(freed(p), 1);
	UNIT_EQ(freed(p), 0); /* told once */
	fly(p, 50, WAY_IN, &cb, (u64)&cb);
	flight_end(FLIGHT_AIO, NULL, (u64)&cb);
	UNIT_EQ(freed(p), 0);
	fly(p, 50, WAY_IN, &cb, (u64)&cb);
	cb.__error_code = 0; /* it ended, and nobody called */
	UNIT_EQ(freed(p), 0);
}

HEAP_TEST(lines, "contig=count")
{
	char *p = kmalloc(32, GFP_KERNEL), *q = NULL;
	struct flight other;

	for (int i = 0; i < 200 && !q; i++) {
		q = kmalloc(32, GFP_KERNEL);
		if ((u64)q / 64 != (u64)p / 64)
			q = NULL;
	}
	OK(q != NULL);
	cb.__error_code = EINPROGRESS;
	fly(p, 32, WAY_OUT, &cb, (u64)&cb);
	OK(!flight_shares_line(q, 32, WAY_OUT, &other)); /* both are only read */
	OK(flight_shares_line(q, 32, WAY_IN, &other) && other.at == p);
	OK(!flight_shares_line(p + 16, 16, WAY_IN, &other)); /* the same object */
	flight_end(FLIGHT_AIO, &cb, 0);
	OK(!flight_shares_line(q, 32, WAY_IN, &other));
}

HEAP_TEST(too_many, "contig=count")
{
	char *p = kmalloc(100, GFP_KERNEL);

	cb.__error_code = EINPROGRESS;
	for (u64 i = 1; i <= 300; i++)
		fly(p + 1000 * i, 10, WAY_IN, &cb, (u64)&cb);
	fly(p, 10, WAY_IN, &cb, (u64)&cb);
	UNIT_EQ(freed(p), 0); /* forgotten */
	flight_fork_child();
	fly(p, 10, WAY_IN, &cb, (u64)&cb);
	UNIT_EQ(freed(p), 1);
}

UNIT_MAIN("flight", UNIT_TEST(frees), UNIT_TEST(lines), UNIT_TEST(too_many));
