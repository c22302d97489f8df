// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * The device model and its counts when things go wrong or meet: what is told is looked
 * at by kernel_api_model.sh.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kthread.h>
#include <linux/refcount.h>
#include <linux/string.h>

#include "check.h"

/* What went wrong stays as the kernel leaves it, and each kind is told once. */
static void counts(void)
{
	refcount_t r = REFCOUNT_INIT(0);

	CHECK(refcount_dec_not_one(&r) && refcount_read(&r) == 0);
	CHECK(refcount_dec_not_one(&r) && refcount_read(&r) == 0);
	for (int i = 0; i < 2; i++) {
		refcount_set(&r, 0);
		refcount_inc(&r);
		CHECK(refcount_read(&r) == (unsigned int)REFCOUNT_SATURATED);
		refcount_set(&r, 1);
		refcount_dec(&r);
	}
	CHECK(refcount_dec_not_one(&r));
	CHECK(refcount_read(&r) == (unsigned int)REFCOUNT_SATURATED);
}

int main(void)
{
	counts();
	return 0;
}
