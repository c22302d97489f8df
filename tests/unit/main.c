// SPDX-License-Identifier: MIT
/*
 * The main of every CUnit program: registers the suite that the test file
 * made with UNIT_MAIN, runs it in basic mode, and returns 1 when anything in
 * it failed, so that tests/run need not read the text to know.
 */
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

unsigned long unit_seed(void)
{
	static unsigned long seed;
	const char *given = getenv("KMEMU_SEED");

	if (!seed) {
		seed = given ? strtoul(given, NULL, 0) : (unsigned long)time(NULL);
		printf("seed %lu (KMEMU_SEED=%lu repeats this run)\n", seed, seed);
	}
	return seed;
}

void unit_eq(long long is, long long want, const char *expr, const char *file, int line)
{
	if (is != want)
		printf("\n%s:%d: %s: is %lld (0x%llx), should be %lld (0x%llx)\n", file, line, expr,
		       is, (unsigned long long)is, want, (unsigned long long)want);
	CU_assertImplementation(is == want, line, expr, file, "", CU_FALSE);
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc == 1;
}

static int register_tests(CU_pSuite suite, int argc, char **argv)
{
	int n = 0;

	for (const struct unit_test *t = unit_suite.tests; t->name; t++) {
		if (!wanted(t->name, argc, argv))
			continue;
		if (!CU_add_test(suite, t->name, t->func))
			return -1;
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	CU_pSuite suite;
	int n;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	suite = CU_add_suite(unit_suite.name, unit_suite.init, unit_suite.cleanup);
	n = suite ? register_tests(suite, argc, argv) : -1;
	if (n <= 0) {
		fprintf(stderr, "%s: %s\n", unit_suite.name,
			n ? CU_get_error_msg() : "no test of that name");
		return 2;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	n = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
	CU_cleanup_registry();
	return n > 0;
}
