/* SPDX-License-Identifier: MIT */
/*
 * fuzz_suppress: whatever a file of suppressions holds, the parser ends, stays
 * in bounds, says the same twice, and what it has taken can be matched.
 */
#include "core/report/suppress.h"
#include "tests/fuzz/fuzz.h" /* last: its CHECK is another than that of checks.def */

static struct finding finding;

static void make_finding(void)
{
	unsigned long here = (unsigned long)LLVMFuzzerTestOneInput + 2;
	unsigned long libc = (unsigned long)abort + 2;

	options_init((char *[]){ "KMEMU_LOG=/dev/null", NULL });
	finding.here = (struct stacktrace){ .nr = 5, .entries = { here, libc, here, 1, libc } };
}

static void check_rules(unsigned int nr)
{
	unsigned int first;

	for (unsigned int i = 1; i <= nr; i++) {
		const struct suppression *rule = suppress_rule(i);

		CHECK(rule->line > 0 && rule->kind[0] && !strcmp(rule->file, "input"));
		CHECK(i == 1 || rule->line >= suppress_rule(i - 1)->line);
	}
	for (int kind = 0; kind < NR_REPORT_KINDS; kind++) {
		finding.r.kind = (enum report_kind)kind;
		finding.site = (unsigned int)kind % 3;
		first = suppress_find(&finding);
		CHECK(first <= nr);
		if (first)
			suppress_hit(first);
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static char text[MAX_INPUT + 1], again[MAX_INPUT + 1];
	unsigned int bad, nr;

	if (!finding.here.nr)
		make_finding();
	size = size < MAX_INPUT ? size : MAX_INPUT;
	memcpy(text, data, size);
	memcpy(again, data, size);
	suppress_reset();
	bad = suppress_parse(text, size, "input");
	nr = suppress_count();
	CHECK(nr <= SUPPRESS_MAX);
	check_rules(nr);
	suppress_reset();
	CHECK(suppress_parse(again, size, "input") == bad && suppress_count() == nr);
	return 0;
}

#ifndef KMEMU_LIBFUZZER
static const char *const scraps[] = {
	"\n", "\n", "\n", " ", "\t", "\r\n", "{", "{\n", "}", "\n}\n", ":", "#", "*", "?", "...",
	"\n...\n", "\n*\n", "fun:", "mod:", "file:", " mod:", "fun", "double-free", "*-free",
	"double-free {\n", "large:", "LLVM*", "abort", "*libc*", "fuzz_suppress", "x", "\377",
	"\001"
};

static size_t random_input(unsigned char *buf)
{
	size_t n = 0;

	for (long i = random() % 300; i >= 0; i--) {
		const char *scrap = scraps[(unsigned long)random() % ARRAY_SIZE(scraps)];
		size_t len = strlen(scrap);

		if (n + len + 1 > MAX_INPUT)
			break;
		memcpy(buf + n, scrap, len);
		n += len;
		if (random() % 50 == 0)
			buf[n++] = (unsigned char)random();
	}
	return n;
}
#endif
