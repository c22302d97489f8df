// SPDX-License-Identifier: MIT
/*
 * Shows how a program that is a kernel module runs: parameters of each type from the
 * command line, with what is no value or too large refused; initcalls by level, exits
 * in reverse and not of a module that failed; the status says which.
 */
#include "tests/unit/heap.h"

#include "core/kernel/params.h"

static int number, array[3];
static unsigned int nr_array;
static unsigned char small;
static bool flag, on_only, inverse;
static char *text, name[8];
static unsigned int hex;
static const struct kparam_array arr = { .max = 3, .elemsize = sizeof(int), .num = &nr_array,
					 .ops = &kmemu_param_ops_int, .elem = array };
static const struct kparam_string str = { .maxlen = sizeof(name), .string = name };

static char calls[64];

static void called(const char *what)
{
	strcat(strcat(calls, what), " ");
}

static int early(void)
{
	called("early");
	return 0;
}

static int init_a(void)
{
	called("a");
	return 0;
}

static int init_b(void)
{
	called("b");
	return number == 99 ? -12 : 0;
}

static void exit_a(void)
{
	called("-a");
}

static void exit_b(void)
{
	called("-b");
}

static int setup(char *rest)
{
	called(rest);
	return 1;
}

static const struct kmemu_initcall initcalls[] = {
	{ .init = init_a, .module = "a", .level = 6 }, { .exit = exit_a, .module = "a" },
	{ .init = init_b, .module = "b", .level = 6 }, { .exit = exit_b, .module = "b" },
	{ .init = early, .module = "a", .level = 1 },
};
#define PARAM(n, type, where) { .name = #n, .module = "a", .ops = &kmemu_param_ops_##type, where }
static const struct kernel_param params[] = {
	PARAM(number, int, .arg = &number),	   PARAM(small, byte, .arg = &small),
	PARAM(flag, bool, .arg = &flag),	   PARAM(text, charp, .arg = &text),
	PARAM(on_only, bool_enable_only, .arg = &on_only),
	PARAM(inverse, invbool, .arg = &inverse),  PARAM(hex, hexint, .arg = &hex),
	PARAM(name, string, .str = &str),	   PARAM(list, array, .arr = &arr),
};
static const struct kmemu_setup setups[] = { { .str = "early=", .fn = setup } };
static const struct kmemu_program program = {
	.initcalls = initcalls, .initcalls_end = initcalls + ARRAY_SIZE(initcalls),
	.params = params,	.params_end = params + ARRAY_SIZE(params),
	.setups = setups,	.setups_end = setups + ARRAY_SIZE(setups),
};

#define RUN(...)                                                                       \
	kmemu_run_program(&program, (int)ARRAY_SIZE(((char *[]){ "", ##__VA_ARGS__ })), \
			  (char *[]){ "", ##__VA_ARGS__, NULL })

HEAP_TEST(initcalls_by_level_exits_reversed, "log=/dev/null")
{
	UNIT_EQ(RUN(), 0);
	OK(!strcmp(calls, "early a b -b -a "));
	calls[0] = '\0';
	UNIT_EQ(RUN("number=99"), 1);
	OK(!strcmp(calls, "early a b -a "));
	calls[0] = '\0';
	UNIT_EQ(RUN("early=bird", "number=1"), 0);
	OK(!strncmp(calls, "bird early", 10));
}

HEAP_TEST(each_type_is_read, "log=/dev/null")
{
	UNIT_EQ(RUN("number=-0x10", "small=255", "flag", "text=a b", "on-only=1", "inverse=0",
		    "a.hex=0x1f", "name=1234567", "list=1,-2,3"), 0);
	UNIT_EQ(number, -16);
	UNIT_EQ(small, 255);
	OK(flag && on_only && inverse && hex == 0x1f);
	OK(!strcmp(text, "a b") && !strcmp(name, "1234567"));
	OK(nr_array == 3 && array[0] == 1 && array[1] == -2 && array[2] == 3);
	UNIT_EQ(RUN("flag=n", "list=7"), 0);
	OK(!flag && nr_array == 1 && array[0] == 7);
}

HEAP_TEST(what_is_no_value_is_refused, "log=/dev/null")
{
	static char *const bad[] = { "number=one", "number=", "number", "number=2147483648",
				     "small=256", "flag=maybe", "on_only=0", "name=12345678",
				     "list=1,2,3,4", "list=1,x", "nothing=1", "b.number=1",
				     "kunit.action=dance" };

	on_only = true;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		UNIT_EQ(RUN(bad[i]), 2);
		UNIT_EQ(calls[0], 0); /* nothing ran */
	}
	UNIT_EQ(number, 0);
}

HEAP_TEST(values_are_told, "log=/dev/null")
{
	char buf[4096];

	RUN("number=-5", "list=1,2", "flag=1", "inverse=1");
	UNIT_EQ(params[0].ops->get(buf, &params[0]), 3);
	OK(!strcmp(buf, "-5\n"));
	params[8].ops->get(buf, &params[8]);
	OK(!strcmp(buf, "1,2\n"));
	params[2].ops->get(buf, &params[2]);
	OK(!strcmp(buf, "Y\n"));
	params[5].ops->get(buf, &params[5]);
	OK(!strcmp(buf, "Y\n") && !inverse);
	params[6].ops->get(buf, &params[6]);
	OK(!strcmp(buf, "0x000000\n"));
	UNIT_EQ(params[5].ops->set(NULL, &params[5]), 0); /* "1", as a bool */
	inverse = true;
	UNIT_EQ(params[5].ops->set(NULL, &params[5]), 0);
	OK(!inverse);
}

HEAP_TEST(an_empty_program_says_so, "log=/dev/null")
{
	UNIT_EQ(kmemu_run_program(&(struct kmemu_program){ 0 }, 0, NULL), 2);
}

UNIT_MAIN("module", UNIT_TEST(initcalls_by_level_exits_reversed), UNIT_TEST(each_type_is_read),
	  UNIT_TEST(what_is_no_value_is_refused), UNIT_TEST(values_are_told),
	  UNIT_TEST(an_empty_program_says_so));
