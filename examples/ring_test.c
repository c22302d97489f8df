// SPDX-License-Identifier: MIT
/*
 * ring_test.c - the KUnit suite of examples/ring.c. The test is the device (it
 * raises the interrupt) and the user (it calls read and write).
 */
#include <kunit/test.h>
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/string.h>

#include "ring.h"

static u64 mask = DMA_BIT_MASK(32);
static struct device ring_device = { .init_name = "ring", .dma_mask = &mask };

static int ring_test_init(struct kunit *test)
{
	test->priv = &ring_device;
	return ring_probe(&ring_device);
}

static void ring_test_exit(struct kunit *test)
{
	ring_remove(test->priv);
}

static void ring_receives(struct kunit *test)
{
	char buf[8] = "";

	ring_device_writes("one", 4);
	ring_device_writes("two", 4);
	KUNIT_EXPECT_EQ(test, ring_fops.read(NULL, buf, sizeof(buf), NULL), 4);
	KUNIT_EXPECT_STREQ(test, buf, "one");
	KUNIT_EXPECT_EQ(test, ring_fops.read(NULL, buf, sizeof(buf), NULL), 4);
	KUNIT_EXPECT_STREQ(test, buf, "two");
}

static void ring_scrambles(struct kunit *test)
{
	u8 key = 3, buf[4];

	KUNIT_EXPECT_EQ(test, ring_fops.write(NULL, (const char *)&key, 1, NULL), 1);
	ring_device_writes("\0\0\0", 4);
	KUNIT_EXPECT_EQ(test, ring_fops.read(NULL, (char *)buf, sizeof(buf), NULL), 4);
	KUNIT_EXPECT_EQ(test, buf[0], 0);
	KUNIT_EXPECT_EQ(test, buf[3], 9);
}

static void ring_drops_what_has_no_room(struct kunit *test)
{
	char buf[8];
	int i;

	for (i = 0; i < 20; i++)
		ring_device_writes("full", 5);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, ring_fops.read(NULL, buf, sizeof(buf), NULL), 5);
}

static struct kunit_case ring_cases[] = {
	KUNIT_CASE(ring_receives),
	KUNIT_CASE(ring_scrambles),
	KUNIT_CASE(ring_drops_what_has_no_room),
	{}
};

static struct kunit_suite ring_suite = {
	.name = "ring",
	.init = ring_test_init,
	.exit = ring_test_exit,
	.test_cases = ring_cases,
};
kunit_test_suite(ring_suite);
