/* SPDX-License-Identifier: MIT */
/* <kunit/try-catch.h> of Linux 6.12: what is thrown ends the thread it is thrown in. */
#ifndef _KUNIT_TRY_CATCH_H
#define _KUNIT_TRY_CATCH_H

#include <kmemu/kunit.h>
#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

typedef void (*kunit_try_catch_func_t)(void *);

__kmemu_c void kunit_try_catch_throw(struct kunit_try_catch *try_catch) __kmemu_is(
	kmemu_kunit_try_catch_throw) __noreturn;
__kmemu_c void kunit_try_catch_run(struct kunit_try_catch *try_catch, void *context)
	__kmemu_is(kmemu_kunit_try_catch_run);

static __always_inline int kunit_try_catch_get_result(struct kunit_try_catch *try_catch)
{
	return try_catch->try_result;
}

#endif /* _KUNIT_TRY_CATCH_H */
