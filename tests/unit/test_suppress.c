/* SPDX-License-Identifier: MIT */
/*
 * suppress: globs, rules that match and that do not, and what is said about a
 * file with mistakes. Stacks are made of functions of this program; each case
 * runs in a child, since rules are of a process.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/report/suppress.h"

/* --- globs --------------------------------------------------------------- */

static void globs(void)
{
	CU_ASSERT(glob_match("", ""));
	CU_ASSERT(!glob_match("", "a"));
	CU_ASSERT(glob_match("*", ""));
	CU_ASSERT(glob_match("abc", "abc"));
	CU_ASSERT(!glob_match("abc", "abcd"));
	CU_ASSERT(!glob_match("abc", "ab"));
	CU_ASSERT(glob_match("a?c", "abc"));
	CU_ASSERT(!glob_match("a?c", "ac"));
	CU_ASSERT(glob_match("lib*.so*", "libfoo.so.1"));
	CU_ASSERT(glob_match("*x*y*z", "axbyxyz"));
	CU_ASSERT(!glob_match("*x*y*z", "axbyxyzz!"));
	CU_ASSERT(glob_match("f(int, char*)", "f(int, char const*)"));
	CU_ASSERT(glob_match("**a**", "bab"));
}

/* Backtracking must not be exponential. */
static void hard_glob_ends(void)
{
	char text[4001];

	memset(text, 'a', 4000);
	text[4000] = '\0';
	CU_ASSERT(!glob_match("*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

/* --- rules --------------------------------------------------------------- */

__attribute__((noinline)) void inner_function(void);
__attribute__((noinline)) void middle_function(void);
__attribute__((noinline)) void outer_function(void);

void inner_function(void)
{
	__asm__ volatile("nop; nop; nop");
}

void middle_function(void)
{
	__asm__ volatile("nop; nop; nop; nop");
}

void outer_function(void)
{
	__asm__ volatile("nop; nop; nop; nop; nop");
}

/* A return address in the function. */
static unsigned long in(void (*function)(void))
{
	return (unsigned long)function + 2;
}

static struct finding finding = { .r = { .kind = REPORT_DOUBLE_FREE } };

/* Number of the rule of this text that takes the finding; -1: the text is bad. */
static int taken_by(const char *text)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		char *copy = strdup(text);

		options_init((char *[]){ "KMEMU_LOG=/dev/null", NULL });
		finding.here = (struct stacktrace){ .nr = 3,
						    .entries = { in(inner_function),
								 in(middle_function),
								 in(outer_function) } };
		if (suppress_parse(copy, strlen(copy), "file"))
			_exit(255);
		_exit((int)suppress_find(&finding));
	}
	waitpid(pid, &status, 0);
	CU_ASSERT(WIFEXITED(status));
	return WEXITSTATUS(status) == 255 ? -1 : WEXITSTATUS(status);
}

static void one_line_rules(void)
{
	UNIT_EQ(taken_by(""), 0);
	UNIT_EQ(taken_by("double-free:middle_function"), 1);
	UNIT_EQ(taken_by("double-free : outer_* \n"), 1);
	UNIT_EQ(taken_by("*:test_suppress"), 1);
	UNIT_EQ(taken_by("*-free:*/test_suppress"), 1);
	UNIT_EQ(taken_by("double-free:another"), 0);
	UNIT_EQ(taken_by("large:middle_function"), 0);
	UNIT_EQ(taken_by("# double-free:*\nlarge:*\ndouble-free:x\ndouble-free:*\n"), 3);
}

static void frames_from_the_innermost(void)
{
	UNIT_EQ(taken_by("double-free {\n fun:inner_function\n}\n"), 1);
	UNIT_EQ(taken_by("double-free {\n fun:inner_function\n fun:middle*\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n fun:middle_function\n}"), 0);
	UNIT_EQ(taken_by("double-free {\n *\n fun:middle_function\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n *\n fun:outer_function\n}"), 0);
	UNIT_EQ(taken_by("double-free {\n *\n *\n *\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n *\n *\n *\n *\n}"), 0);
}

static void dots(void)
{
	UNIT_EQ(taken_by("double-free {\n ...\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n ...\n fun:outer_function\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n fun:inner_function\n ...\n fun:middle_function\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n fun:inner*\n ...\n fun:outer*\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n ...\n fun:outer*\n fun:middle*\n}"), 0);
	UNIT_EQ(taken_by("double-free {\n ...\n ...\n fun:middle*\n ...\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n ...\n *\n *\n fun:outer*\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n ...\n *\n *\n *\n fun:outer*\n}"), 0);
}

static void modules_and_files(void)
{
	UNIT_EQ(taken_by("double-free {\n fun:inner_function mod:test_suppress\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n mod:test_* file:/*/test_suppress fun:inner*\n}"), 1);
	UNIT_EQ(taken_by("double-free {\n fun:inner_function mod:libc*\n}"), 0);
	UNIT_EQ(taken_by("double-free {\n file:/nowhere/*\n}"), 0);
}

static int from_site(void)
{
	finding.site = 1;
	return taken_by("double-free {\n fun:middle_function\n}");
}

static void call_site_counts_as_first(void)
{
	UNIT_EQ(from_site(), 1);
	finding.site = 0;
}

static void bad_lines(void)
{
	static const char *const bad[] = {
		"fun:foo",	"doubel-free:x",	   "double-free",  "double-free:",
		"double-free {", "double-free {\n}",	   "{\n fun:x\n}", "nothing {\n fun:x\n}",
		"}",		"double-free {\n foo\n}", "double-free {\n fun:\n}",
		"double-free {\n fun:a fun:b\n}", "double-free {\n obj:x\n}",
		"double-free {\n large:x\n}",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		UNIT_EQ(taken_by(bad[i]), -1);
		if (taken_by(bad[i]) != -1)
			printf("\nnot refused: %s\n", bad[i]);
	}
}

/* --- files --------------------------------------------------------------- */

static char log_name[] = "/tmp/kmemu-suppress-XXXXXX";
static char said[4096];

/* Loads the file of this content; what was said is in `said`. */
static void load(const char *content, char *list, unsigned int want_rules)
{
	char log_variable[64], rules_name[] = "/tmp/kmemu-rules-XXXXXX";
	int fd = mkstemp(rules_name), log = mkstemp(log_name), status;
	ssize_t n;

	CU_ASSERT(write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	close(fd);
	snprintf(log_variable, sizeof(log_variable), "KMEMU_LOG=%s", log_name);
	if (fork() == 0) {
		options_init((char *[]){ log_variable, NULL });
		suppress_load(list ? list : rules_name);
		_exit(suppress_count() == want_rules ? (int)options_status.bad : 99);
	}
	wait(&status);
	n = read(log, said, sizeof(said) - 1);
	said[n < 0 ? 0 : n] = '\0';
	close(log);
	unlink(log_name);
	unlink(rules_name);
	strcpy(log_name + strlen(log_name) - 6, "XXXXXX");
	CU_ASSERT(WIFEXITED(status));
	UNIT_EQ(WEXITSTATUS(status), strlen(said) ? 1 + (strchr(said, '\n')[1] != '\0') : 0);
}

static void bad_lines_are_named(void)
{
	load("double-free:ok\n\ndoubel-free:x\nlarge {\n\tfun:a\n\tfan:b\n}\nlarge:ok\n", NULL, 2);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, ":3: 'doubel-free' is no kind of report\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr(said, ":6: 'fan:b': fun:GLOB, mod:GLOB, file:GLOB, * or ... "
					    "is expected\n"));
}

static void files_that_cannot_be_read(void)
{
	load("", "/nowhere/rules", 0);
	CU_ASSERT_STRING_EQUAL(said, "kmemu: suppress=/nowhere/rules: cannot be read (no such "
				     "file, 2); ignored\n");
	load("", "/nowhere/a,/", 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(said, "suppress=/: cannot be read (is a directory, 21)"));
}

static void line_ends_of_others(void)
{
	load("double-free:a\r\nlarge {\r\n\tfun:b\r\n}\r\n", NULL, 2);
	CU_ASSERT_STRING_EQUAL(said, "");
}

UNIT_MAIN("suppress",
	  UNIT_TEST(globs),
	  UNIT_TEST(hard_glob_ends),
	  UNIT_TEST(one_line_rules),
	  UNIT_TEST(frames_from_the_innermost),
	  UNIT_TEST(dots),
	  UNIT_TEST(modules_and_files),
	  UNIT_TEST(call_site_counts_as_first),
	  UNIT_TEST(bad_lines),
	  UNIT_TEST(bad_lines_are_named),
	  UNIT_TEST(files_that_cannot_be_read),
	  UNIT_TEST(line_ends_of_others));
