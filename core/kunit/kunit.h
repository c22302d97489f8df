/*
 * kunit.h - KUnit inside (kernel: lib/kunit/). What tests use is in
 * include/kmemu/kunit.h.
 */
#pragma once

#include <stdarg.h>

#include "core/os/compiler.h"
#include "include/kmemu/kunit.h"

/* Of the calling thread; NULL: none. */
void kunit_set_current_test(struct kunit *test);

/* try, in a thread of its own; catch, in this one, when it did not come to its end. */
void kunit_try_catch_init(struct kunit_try_catch *tc, struct kunit *test, void (*try)(void *),
			  void (*catch)(void *));

/* BUG(): ends the case that this thread runs; returns when there is none. */
void kunit_oops(void);
/* The same from the handler of a fault, which is left. */
void kunit_fault(void);

/* Lines of KTAP as they are, on standard output. */
void kunit_print(const char *fmt, ...) __printf(1, 2);
void kunit_vlog(const char *name, const char *fmt, va_list ap) __printf(2, 0);

/* Kernel: kunit_parse_glob_filter(): "suite" or "suite.case"; NULL is all. */
bool kunit_suite_wanted(const char *filter, const struct kunit_suite *suite);
bool kunit_case_wanted(const char *filter, const struct kunit_case *test_case);

/* kunit.stats_enabled: 0 never, 1 where there are several, 2 always. */
extern int kunit_stats_enabled;
