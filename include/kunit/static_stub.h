/* SPDX-License-Identifier: MIT */
/* <kunit/static_stub.h> of Linux 6.12: a function that a test replaces. */
#ifndef _KUNIT_STATIC_STUB_H
#define _KUNIT_STATIC_STUB_H

#include <kunit/test-bug.h>
#include <kunit/test.h>

#define KUNIT_STATIC_STUB_REDIRECT(real_fn_name, ...)                                   \
	do {                                                                            \
		__typeof__(&real_fn_name) __replacement;                                \
		struct kunit *__current_test = kunit_get_current_test();                \
									                \
		if (likely(!__current_test))                                            \
			break;                                                          \
		__replacement = (__typeof__(__replacement))kmemu_kunit_static_stub(     \
			__current_test, (void *)&real_fn_name);                         \
		if (unlikely(__replacement))                                            \
			return __replacement(__VA_ARGS__);                              \
	} while (0)

#define kunit_activate_static_stub(test, real_fn_addr, replacement_addr)                \
	do {                                                                            \
		typecheck_fn(__typeof__(&replacement_addr), real_fn_addr);              \
		kmemu_kunit_activate_static_stub(test, (void *)(real_fn_addr),          \
						 (void *)(replacement_addr));           \
	} while (0)
__kmemu_c void kunit_deactivate_static_stub(struct kunit *test, void *real_fn_addr)
	__kmemu_is(kmemu_kunit_deactivate_static_stub);

#endif /* _KUNIT_STATIC_STUB_H */
