// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * An IDR takes any pointer: strings at addresses of every alignment, small numbers, values.
 * What it answers is what was given.
 */
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/string.h>

#define CHECK(x)                                                    \
	do {                                                        \
		if (!(x)) {                                         \
			pr_err("line %d: %s\n", __LINE__, #x);      \
			return -EINVAL;                             \
		}                                                   \
	} while (0)

static char text[64] __aligned(64);

static int given_is_found(void)
{
	DEFINE_IDR(idr);
	void *given[80];
	int n = 0, id, seen = 0;
	void *p;

	for (unsigned long i = 0; i < 40; i++)
		given[n++] = text + i;
	for (unsigned long i = 1; i < 30; i++)
		given[n++] = (void *)i;
	for (unsigned long i = 0; i < 8; i++)
		given[n++] = (void *)(-1UL - i);
	given[n++] = xa_mk_value(1UL << 60);
	for (id = 0; id < n; id++)
		CHECK(idr_alloc(&idr, given[id], 0, 0, GFP_KERNEL) == id);
	for (id = 0; id < n; id++)
		CHECK(idr_find(&idr, (unsigned long)id) == given[id]);
	idr_for_each_entry(&idr, p, id)
	{
		CHECK(p == given[id]);
		seen++;
	}
	CHECK(seen == n);
	for (id = 0; id < n; id++)
		CHECK(idr_replace(&idr, given[n - 1 - id], (unsigned long)id) == given[id]);
	for (id = 0; id < n; id++)
		CHECK(idr_remove(&idr, (unsigned long)id) == given[n - 1 - id]);
	CHECK(idr_is_empty(&idr));
	return 0;
}

/* The number is left alone where nothing is found. */
static int nothing_is_found(void)
{
	struct idr idr;
	int id = 3;

	idr_init_base(&idr, 10);
	CHECK(!idr_get_next(&idr, &id) && id == 3);
	CHECK(idr_alloc(&idr, text + 2, 0, 0, GFP_KERNEL) == 10);
	CHECK(idr_get_next(&idr, &id) == text + 2 && id == 10);
	idr_destroy(&idr);
	return 0;
}

static int __init idr_test_init(void)
{
	int err = given_is_found();

	return err ? err : nothing_is_found();
}
module_init(idr_test_init);
MODULE_LICENSE("GPL");
