/* SPDX-License-Identifier: MIT */
/*
 * What a device manages goes when it goes, newest first, once; a device that is
 * all zero works.
 */
#include "tests/unit/heap.h"

#include <errno.h>

#include "core/report/report.h"
#include "include/kmemu/dma.h"

static char order[16];

static void note(void *data)
{
	strncat(order, data, sizeof(order) - strlen(order) - 1);
}

static void released(struct device *dev)
{
	(void)dev;
	note("R");
}

HEAP_TEST(newest_first, "")
{
	struct device dev = { .release = released };

	kmemu_device_initialize(&dev);
	UNIT_EQ(kmemu_device_add(&dev), -EINVAL);
	UNIT_EQ(kmemu_dev_set_name(&dev, "nic%d", 3), 0);
	UNIT_EQ(strcmp(kmemu_dev_name(&dev), "nic3"), 0);
	UNIT_EQ(kmemu_device_add(&dev), 0);
	UNIT_EQ(kmemu_devm_add_action(&dev, note, "1"), 0);
	OK(kmemu_devm_kmalloc(&dev, 100, GFP_KERNEL));
	UNIT_EQ(kmemu_devm_add_action_or_reset(&dev, note, "2"), 0);
	UNIT_EQ(kmemu_devm_add_action(&dev, note, "3"), 0);
	kmemu_devm_add_action(&dev, note, "never");
	kmemu_devm_remove_action(&dev, note, "never");
	kmemu_devm_add_action(&dev, note, "0");
	kmemu_devm_release_action(&dev, note, "0");
	UNIT_EQ(strcmp(order, "0"), 0);
	kmemu_get_device(&dev);
	kmemu_device_unregister(&dev);
	UNIT_EQ(strcmp(order, "0321"), 0);
	kmemu_put_device(&dev);
	UNIT_EQ(strcmp(order, "0321R"), 0);
}

HEAP_TEST(memory, "invalid_free=count")
{
	struct device dev = { .init_name = "zero" };
	char *p = kmemu_devm_kmalloc(&dev, 100, GFP_KERNEL | __GFP_ZERO), *q, *s;

	OK(p && (unsigned long)p % 16 == 0 && p[99] == 0);
	memset(p, 'p', 100);
	OK(kmemu_devm_krealloc(&dev, p, 60, GFP_KERNEL) == p);
	q = kmemu_devm_krealloc(&dev, p, 5000, GFP_KERNEL);
	OK(q && q != p && q[99] == 'p');
	OK(kmemu_devm_krealloc(&dev, NULL, 10, GFP_KERNEL));
	OK(kmemu_devm_kmalloc(&dev, 0, GFP_KERNEL) == KMEMU_ZERO_SIZE_PTR);
	kmemu_devm_kfree(&dev, KMEMU_ZERO_SIZE_PTR);
	kmemu_devm_kfree(&dev, q);
	s = kmemu_devm_kasprintf(&dev, GFP_KERNEL, "%s-%04x", "irq", 0x2a);
	UNIT_EQ(strcmp(s, "irq-002a"), 0);
	s = kmemu_devm_kstrdup(&dev, s, GFP_KERNEL);
	UNIT_EQ(strcmp(s, "irq-002a"), 0);
	OK(!kmemu_devm_kstrdup(&dev, NULL, GFP_KERNEL));
	UNIT_EQ(memcmp(kmemu_devm_kmemdup(&dev, "abc", 3, GFP_KERNEL), "abc", 3), 0);
	OK(kmemu_devm_get_free_pages(&dev, GFP_KERNEL, 2));
	UNIT_EQ(report_count(REPORT_NOT_MANAGED), 0);
	kmemu_devm_kfree(&dev, q);
	OK(!kmemu_devm_krealloc(&dev, q, 10, GFP_KERNEL));
	kmemu_devm_free_pages(&dev, 4096);
	UNIT_EQ(report_count(REPORT_NOT_MANAGED), 3);
	UNIT_EQ(kmemu_devres_release_all(&dev), 5);
	OK(!dev.kmemu_devres);
}

static int is_seven(struct device *dev, void *res, void *match)
{
	(void)dev;
	return *(int *)res == *(int *)match;
}

static void drop(struct device *dev, void *res)
{
	(void)dev;
	(void)res;
	note("d");
}

HEAP_TEST(found_and_removed, "")
{
	struct device dev = { .init_name = "zero" };
	int seven = 7, *res;

	for (int i = 5; i < 9; i++) {
		res = kmemu_devres_alloc(drop, sizeof(*res), GFP_KERNEL);
		UNIT_EQ(*res, 0);
		*res = i;
		kmemu_devres_add(&dev, res);
	}
	res = kmemu_devres_find(&dev, drop, is_seven, &seven);
	UNIT_EQ(*res, 7);
	UNIT_EQ(*(int *)kmemu_devres_find(&dev, drop, NULL, NULL), 8);
	OK(kmemu_devres_remove(&dev, drop, is_seven, &seven) == res);
	kmemu_devres_free(res);
	UNIT_EQ(kmemu_devres_destroy(&dev, drop, is_seven, &seven), -ENOENT);
	UNIT_EQ(kmemu_devres_release(&dev, drop, is_seven, &seven), -ENOENT);
	seven = 5;
	UNIT_EQ(kmemu_devres_destroy(&dev, drop, is_seven, &seven), 0);
	UNIT_EQ(strcmp(order, ""), 0);
	UNIT_EQ(kmemu_devres_release_all(&dev), 2);
	UNIT_EQ(strcmp(order, "dd"), 0);
}

HEAP_TEST(registers, "dma_debug=count")
{
	struct device dev = { .init_name = "zero" };
	u64 phys = 1UL << 50;
	unsigned int *a = kmemu_ioremap(phys + 16, 64), *b = kmemu_ioremap(phys, 4096), *c;

	OK(a && b && a[0] == 0);
	OK((char *)b + 16 == (char *)a);
	a[0] = 0xcafe;
	UNIT_EQ(b[4], 0xcafe);
	c = kmemu_devm_ioremap(&dev, phys, 32);
	OK(c == b);
	kmemu_iounmap(a);
	kmemu_iounmap(b);
	UNIT_EQ(c[4], 0xcafe);
	kmemu_device_release_driver(&dev);
	UNIT_EQ(report_count(REPORT_DMA_NOT_MAPPED), 0);
	kmemu_iounmap(c);
	UNIT_EQ(report_count(REPORT_DMA_NOT_MAPPED), 1);
	OK(!kmemu_ioremap(phys, 0) && !kmemu_ioremap(~0UL - 10, 4096));
}

UNIT_MAIN("devres", UNIT_TEST(newest_first), UNIT_TEST(memory), UNIT_TEST(found_and_removed),
	  UNIT_TEST(registers));
