/* SPDX-License-Identifier: MIT */
/*
 * fuzz_rules: whatever gfp=, gfp.rules= and context.functions= hold, the parsers
 * end and stay in bounds, count what they complain about, and what they have
 * taken can be matched, resolved and looked up.
 *
 * With libFuzzer:
 *	clang -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -I. -Iinclude \
 *		-D_GNU_SOURCE -DKMEMU_LIBFUZZER tests/fuzz/fuzz_rules.c build/asan/libkmemu.a
 */
#include "config/gfp.h"
#include "config/options.h"
#include "core/report/finding.h"
#include "core/report/funcs_table.h"
#include "core/report/rules.h"
#include "tests/fuzz/fuzz.h" /* last: its CHECK is another than that of checks.def */

static struct func_rules rules = { .option = "fuzz" };
static unsigned int taken, refused;

static void check_flags(struct text t)
{
	struct gfp_error error;
	char text[512];
	u32 flags = 1, again = 1;

	if (gfp_parse(t, &flags, &error)) {
		CHECK(flags);
		gfp_print(text, sizeof(text), flags & ~GFP_AUTO);
		CHECK(gfp_parse(text_of(text), &again, NULL) && again == (flags & ~GFP_AUTO));
	} else {
		CHECK(flags == 1);
		CHECK((size_t)gfp_error_text(&error, text, sizeof(text)) == strlen(text));
		CHECK(!error.word.n ||
		      (error.word.s >= t.s && error.word.s + error.word.n <= t.s + t.n));
		CHECK(strlen(error.nearest) < sizeof(error.nearest));
		CHECK(!error.nearest[0] || gfp_parse(text_of(error.nearest), &flags, NULL));
	}
}

static bool take(struct text rule, char *what, size_t size)
{
	bool ok = rules_add(&rules, rule, (u32)rule.n, what, size);

	CHECK(rule.n && (ok || *what));
	check_flags(rule);
	*(ok ? &taken : &refused) += 1;
	return ok;
}

static void check_rules(void)
{
	const struct func_rule *rule;
	unsigned int i = 0, n = 0;
	struct func_name name;
	char text[8192];
	u32 value;

	while ((rule = func_rules_unmatched(&rules, &i)) && ++n) {
		CHECK((size_t)func_rule_print(rule, text, sizeof(text)) == strlen(text));
		func_module_matches(rule->module, "libx.so.1", "/lib/libx.so.1", false);
		func_name_begin(&name, "_ZN3net2rx3runEi");
		func_name_matches(&name, rule->function);
		func_name_begin(&name, rule->function);
		func_name_matches(&name, "*::run");
	}
	CHECK(n <= rules.nr && rules.nr == taken);
	func_rules_find(&rules, (unsigned long)check_rules + 1, &value);
}

/* Rules are of a process: they are forgotten, their mapping is used again. */
static void forget(void)
{
	rules.nr = 0;
	taken = refused = 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static char text[MAX_INPUT + 1];
	static bool ready;
	unsigned int bad;

	if (!ready)
		options_init((char *[]){ "KMEMU_LOG=/dev/null", NULL });
	ready = true;
	size = size < MAX_INPUT ? size : MAX_INPUT;
	memcpy(text, data, size);
	text[size] = '\0';
	check_flags((struct text){ text, size });
	if (text[0] == '@')
		text[0] = 'a';
	forget();
	bad = options_status.bad;
	rules_read(&rules, text, take);
	CHECK(options_status.bad - bad == refused);
	check_rules();
	if (size % 64 == 0)
		funcs_refresh();
	check_rules();
	return 0;
}

#ifndef KMEMU_LIBFUZZER
static const char *const scraps[] = {
	"main", "!", "*", "?", ":", "::", ";", ",", "\n", " ", "#", "@", "|", "(", ")", "<", ">",
	"GFP_KERNEL", "__GFP_ZERO", "GFP_KERNLE", "atomic", "dma", "auto", "kernel", "libc.so",
	"libc.so.6!malloc", "rx_*", "operator()", "ns::f(int, char)", "_ZN3net2rx3runEi", "_Z",
	"hardirq:", "softirq:", "\377", "\001", "LLVM*", "check_*"
};

static size_t random_input(unsigned char *buf)
{
	size_t n = 0;

	for (long i = random() % 60; i >= 0; i--) {
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
