// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * A test's device is bound by its driver, as in the kernel: the driver's functions, which the
 * test sets, are called, and its parent is the bus's root. What a resource's init() refused
 * its free() does not see; a thread of the test's says so in current->kunit_test.
 */
#include <kunit/device.h>
#include <kunit/resource.h>
#include <kunit/test-bug.h>
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/kthread.h>
#include <linux/module.h>

static int probed, removed, released;

static int probe(struct device *dev)
{
	probed++;
	return dev->driver && !strcmp(dev_name(dev->parent), "kunit") ? 0 : -EINVAL;
}

static int remove(struct device *dev)
{
	removed += dev->driver != NULL;
	return 0;
}

static void count(void *n)
{
	++*(int *)n;
}

static void device(struct kunit *test)
{
	struct device_driver *drv = kunit_driver_create(test, "driver");
	struct device *dev;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, drv);
	drv->probe = probe;
	drv->remove = remove;
	for (int i = 1; i <= 2; i++) {
		dev = kunit_device_register_with_driver(test, "dev", drv);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
		KUNIT_EXPECT_PTR_EQ(test, dev->driver, drv);
		KUNIT_EXPECT_EQ(test, probed, i);
		KUNIT_EXPECT_EQ(test, devm_add_action(dev, count, &released), 0);
		kunit_device_unregister(test, dev);
		KUNIT_EXPECT_EQ(test, removed, i);
		KUNIT_EXPECT_EQ(test, released, i);
	}
}

static void own_driver(struct kunit *test)
{
	struct device *dev = kunit_device_register(test, "dev");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_EXPECT_STREQ(test, dev_name(dev), "own_driver.dev");
	KUNIT_EXPECT_STREQ(test, dev->driver->name, "dev");
	kunit_device_unregister(test, dev);
	dev = kunit_device_register(test, "dev");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	KUNIT_EXPECT_EQ(test, devm_add_action(dev, count, &released), 0);
}

static int init(struct kunit_resource *res, void *context)
{
	res->data = context;
	return context ? 0 : -EINVAL;
}

static void free_resource(struct kunit_resource *res)
{
	released = -1;
	res->data = NULL;
}

static void resource(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, released, 3);
	KUNIT_EXPECT_NULL(test, kunit_alloc_resource(test, init, free_resource, GFP_KERNEL, NULL));
	KUNIT_EXPECT_EQ(test, released, 3);
}

struct helper {
	struct kunit *test;
	struct completion done;
};

static int helper(void *data)
{
	struct helper *h = data;
	bool none = !kunit_get_current_test();

	current->kunit_test = h->test;
	if (!none || kunit_get_current_test() != h->test)
		kunit_fail_current_test("not of the test");
	complete(&h->done);
	return 0;
}

static void thread(struct kunit *test)
{
	struct helper h = { .test = test, .done = COMPLETION_INITIALIZER_ONSTACK(h.done) };

	KUNIT_EXPECT_PTR_EQ(test, current->kunit_test, test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, kthread_run(helper, &h, "helper"));
	wait_for_completion(&h.done);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(device), KUNIT_CASE(own_driver), KUNIT_CASE(resource), KUNIT_CASE(thread), {}
};
static struct kunit_suite suite = { .name = "kunit_device", .test_cases = cases };
kunit_test_suite(suite);
MODULE_DESCRIPTION("devices of tests");
MODULE_LICENSE("GPL");
