/* SPDX-License-Identifier: MIT */
/*
 * One CUnit program per file of core: tests/unit/test_NAME.c. It writes test
 * functions, lists them, and has no main of its own (tests/unit/main.c is
 * linked to it):
 *
 *	#include "tests/unit/unit.h"
 *
 *	static void empty_list_is_empty(void)
 *	{
 *		CU_ASSERT(list_empty(&head));
 *	}
 *
 *	UNIT_MAIN("list",
 *		UNIT_TEST(empty_list_is_empty),
 *		UNIT_TEST(...)
 *	);
 *
 * Run build/tests/unit/test_NAME for all of them, or with names of tests as
 * arguments for these only. A suite that needs something done before its first
 * and after its last test uses UNIT_MAIN_INIT, whose functions return 0 when
 * all is well.
 */
#pragma once

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <stddef.h>

struct unit_test {
	const char *name;
	void (*func)(void);
};

struct unit_suite {
	const char *name;
	int (*init)(void);
	int (*cleanup)(void);
	const struct unit_test *tests; /* ends with a name of NULL */
};

extern const struct unit_suite unit_suite;

#define UNIT_TEST(func) { #func, func }

#define UNIT_MAIN_INIT(suite_name, init_func, cleanup_func, ...)                                   \
	static const struct unit_test unit_tests[] = { __VA_ARGS__, { NULL, NULL } };              \
	const struct unit_suite unit_suite = {                                                     \
		.name = suite_name,                                                                \
		.init = init_func,                                                                 \
		.cleanup = cleanup_func,                                                           \
		.tests = unit_tests,                                                               \
	}

#define UNIT_MAIN(suite_name, ...) UNIT_MAIN_INIT(suite_name, NULL, NULL, __VA_ARGS__)

/* The seed of a property test: KMEMU_SEED, else the time; printed once. */
unsigned long unit_seed(void);

/* Asserts that say both values when they fail. */
void unit_eq(long long is, long long want, const char *expr, const char *file, int line);
#define UNIT_EQ(is, want) unit_eq((long long)(is), (long long)(want), #is " == " #want, \
				  __FILE__, __LINE__)
