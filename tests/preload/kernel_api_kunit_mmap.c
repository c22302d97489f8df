// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Memory of a program's that a test maps (kunit_vm_mmap()) is there for copies, and goes with
 * the test. Run by kernel_api_kunit_mmap.sh.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/uaccess.h>

#define BYTES (3 * PAGE_SIZE)

static unsigned long was;

static bool is_mapped(unsigned long addr)
{
	bool there;

	mmap_read_lock(current->mm);
	there = vma_lookup(current->mm, addr) != NULL;
	mmap_read_unlock(current->mm);
	return there;
}

static void copies(struct kunit *test)
{
	char out[] = "to and fro", in[sizeof(out)];
	char __user *p;

	was = kunit_vm_mmap(test, NULL, 0, BYTES, PROT_READ | PROT_WRITE,
			    MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, was, 0);
	KUNIT_ASSERT_LT(test, was, (unsigned long)TASK_SIZE);
	p = (char __user *)was + 2 * PAGE_SIZE - 3;
	KUNIT_EXPECT_EQ(test, copy_to_user(p, out, sizeof(out)), 0);
	KUNIT_EXPECT_EQ(test, copy_from_user(in, p, sizeof(in)), 0);
	KUNIT_EXPECT_STREQ(test, in, "to and fro");
	KUNIT_EXPECT_TRUE(test, is_mapped(was) && is_mapped(was + BYTES - 1));
}

static void is_gone(struct kunit *test)
{
	KUNIT_ASSERT_NE(test, was, 0);
	KUNIT_EXPECT_FALSE(test, is_mapped(was));
	KUNIT_EXPECT_FALSE(test, is_mapped(was + BYTES - 1));
}

static void refused(struct kunit *test)
{
	unsigned long no_pages, odd;

	no_pages = kunit_vm_mmap(test, NULL, 0, 0, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 0);
	odd = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ, MAP_ANONYMOUS | MAP_PRIVATE, 5);
	KUNIT_EXPECT_EQ(test, (long)no_pages, -EINVAL);
	KUNIT_EXPECT_EQ(test, (long)odd, -EINVAL);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(copies), KUNIT_CASE(is_gone), KUNIT_CASE(refused), {}
};
static struct kunit_suite suite = { .name = "vm_mmap", .test_cases = cases };
kunit_test_suite(suite);
MODULE_LICENSE("GPL");
