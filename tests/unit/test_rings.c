/* SPDX-License-Identifier: MIT */
/*
 * rings: entries and completions of rings that are made here in memory, round their
 * ends; and that nonsense is "it cannot be told".
 */
#include "tests/unit/unit.h"

#include <string.h>

#include "core/check/rings.h"

static u8 entries[4 * 64], completions[4 * 16];
static u32 sq_mask = 3, cq_mask = 3, cq_tail;
static struct io_uring_queues ring;

static int make_ring(void)
{
	ring.sq.sqes = entries;
	ring.sq.kring_mask = &sq_mask;
	ring.cq.cqes = completions;
	ring.cq.kring_mask = &cq_mask;
	ring.cq.ktail = &cq_tail;
	return 0;
}

static void complete(u64 user_data)
{
	memcpy(&completions[16 * (cq_tail & cq_mask)], &user_data, sizeof(user_data));
	cq_tail++;
}

static bool completed(const void *at, u64 user_data, u32 expected, u32 tail)
{
	struct ring_end end = { .user_data = user_data, .expected = expected };

	return ring_completed(at, &end, tail);
}

static void entries_go_round(void)
{
	struct io_uring_entry e = { .opcode = RING_READ, .fd = 9, .user_data = 77 }, got;
	struct io_uring_queues q;

	memcpy(&entries[64 * 1], &e, sizeof(e));
	CU_ASSERT(ring_read(&ring, &q) && ring_entry(&q, 5, &got)); /* 5 & 3 */
	CU_ASSERT(got.fd == 9 && got.user_data == 77);
	CU_ASSERT(!ring_read(NULL, &q) && !ring_read((void *)8, &q));
}

static void completions_since(void)
{
	u32 before = cq_tail;

	CU_ASSERT(!completed(&ring, 5, 1, before));
	complete(4);
	CU_ASSERT(!completed(&ring, 5, 1, before));
	complete(5);
	CU_ASSERT(completed(&ring, 5, 1, before));
	CU_ASSERT(!completed(&ring, 5, 2, before));
	CU_ASSERT(ring_count_ends(&ring, 5, before) == 1);
	CU_ASSERT(!completed(&ring, 5, 1, cq_tail)); /* that was of one before */
	complete(1);
	complete(2);
	complete(3);
	CU_ASSERT(completed(&ring, 9, 1, before)); /* overwritten: it can't be told */
	CU_ASSERT(completed((void *)8, 9, 1, 0));
}

static struct {
	u32 id, nr, head, tail, magic, compat, incompat, header_bytes;
	struct {
		u64 data, obj;
		s64 res, res2;
	} events[4];
} aio = { .nr = 4, .magic = 0xa10a10a1u, .tail = 3 };

static void events_of_libaio(void)
{
	u32 before = libaio_tail(&aio);

	CU_ASSERT(before == 3 && !libaio_completed(&aio, 0x1000, before, 0));
	aio.events[3].obj = 0x2000;
	aio.tail = 0;
	CU_ASSERT(!libaio_completed(&aio, 0x1000, before, 1));
	aio.events[0].obj = 0x1000;
	aio.tail = 1;
	CU_ASSERT(libaio_completed(&aio, 0x1000, before, 1));
	CU_ASSERT(!libaio_completed(&aio, 0x3000, before, 3));
	CU_ASSERT(libaio_completed(&aio, 0x3000, before, 4)); /* round: it can't be told */
	aio.magic = 0;
	CU_ASSERT(libaio_completed(&aio, 0x3000, before, 0));
}

UNIT_MAIN_INIT("rings", make_ring, NULL, UNIT_TEST(entries_go_round),
	       UNIT_TEST(completions_since), UNIT_TEST(events_of_libaio));
