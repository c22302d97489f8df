/* SPDX-License-Identifier: MIT */
/*
 * options: every row of the table is walked (default, variable, word, file,
 * wrong value), then the layers, the syntax, and each message to the letter.
 * Messages are read from a log file, since that is where users find them.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/options.h"
#include "config/value.h"

static char log_name[64], log_variable[80], config_name[64];
static char text[65536];

static int make_files(void)
{
	const char *dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	int a, b;

	snprintf(log_name, sizeof(log_name), "%.40s/kmemu-log-XXXXXX", dir);
	snprintf(config_name, sizeof(config_name), "%.40s/kmemu-conf-XXXXXX", dir);
	a = mkstemp(log_name);
	b = mkstemp(config_name);
	snprintf(log_variable, sizeof(log_variable), "KMEMU_LOG=%s", log_name);
	close(a);
	close(b);
	return a < 0 || b < 0;
}

static int remove_files(void)
{
	return unlink(log_name) || unlink(config_name);
}

/* Runs options_init() on these entries; the log goes to `text`. */
static void init_with(const char *first, ...)
{
	char *envp[32] = { log_variable };
	const char *entry = first;
	FILE *log;
	va_list ap;
	size_t n;

	va_start(ap, first);
	for (int i = 1; entry && i < 31; i++, entry = va_arg(ap, const char *))
		envp[i] = (char *)entry;
	va_end(ap);
	CU_ASSERT(truncate(log_name, 0) == 0);
	options_init(envp);
	log = fopen(log_name, "r");
	n = fread(text, 1, sizeof(text) - 1, log);
	text[n] = '\0';
	fclose(log);
}
#define INIT(...) init_with(__VA_ARGS__, NULL)

static void write_config(const char *content)
{
	FILE *f = fopen(config_name, "w");

	fputs(content, f);
	fclose(f);
}

/* A file for KMEMU_CONFIG with this content, and KMEMU_CONFIG itself. */
static const char *config_with(const char *content)
{
	static char variable[80];

	write_config(content);
	snprintf(variable, sizeof(variable), "KMEMU_CONFIG=%s", config_name);
	return variable;
}

static void expect_text(const char *want, const char *file, int line)
{
	if (strcmp(text, want))
		printf("\n%s:%d: log is\n%sshould be\n%s", file, line, text, want);
	CU_ASSERT_STRING_EQUAL(text, want);
}
#define SAYS(want) expect_text(want, __FILE__, __LINE__)

/* --- the table ----------------------------------------------------------- */

#define for_each_option(row)                                                                       \
	for (const struct option_row *row = option_rows; row < option_rows + nr_option_rows; row++)

/* A value of the row that is not its default. */
static const char *other_value(const struct option_row *row)
{
	static char buf[128];
	const char *bar = strchr(row->words, '|');

	switch (row->type) {
	case OPTION_BOOL:
		return row->def[0] == '0' ? "1" : "0";
	case OPTION_SIZE:
	case OPTION_POW2:
		return "1M";
	case OPTION_UINT:
	case OPTION_LONG:
		return "7";
	case OPTION_ENUM:
	case OPTION_POLICY:
		snprintf(buf, sizeof(buf), "%.*s", (int)(bar - row->words), row->words);
		if (strcmp(buf, row->def) == 0)
			snprintf(buf, sizeof(buf), "%.*s", (int)strcspn(bar + 1, "|"), bar + 1);
		return buf;
	case OPTION_STRING:
		return strcmp(row->name, "config") ? "words" : config_name;
	case OPTION_LIST:
		return row->words[0] ? "fifo,rr" : "a,b";
	case OPTION_LOG:
		return log_name;
	case OPTION_PATH:
		return "/tmp/events-%p";
	case OPTION_GFP:
		return "GFP_DMA|GFP_ATOMIC";
	case OPTION_ZONES:
		return "DMA:8M";
	case OPTION_FRAG:
		return "50,7";
	}
	return "";
}

static const char *wrong_value(const struct option_row *row)
{
	switch (row->type) {
	case OPTION_STRING:
		return NULL; /* anything is right */
	case OPTION_LIST:
		return row->words[0] ? "fifo,banana" : NULL;
	case OPTION_LOG:
	case OPTION_PATH:
		return "%q";
	default:
		return "banana";
	}
}

static const char *value_now(const struct option_row *row)
{
	static char buf[128];

	option_value(row, buf, sizeof(buf));
	return buf;
}

/* What a row left alone has: the parts of context have the whole's policy. */
static const char *value_by_default(const struct option_row *row)
{
	return strcmp(row->def, "context") ? row->def : "off";
}

static void defaults_are_what_they_say(void)
{
	char *none[] = { NULL };

	options_init(none);
	for_each_option(row) {
		CU_ASSERT_STRING_EQUAL(value_now(row), value_by_default(row));
		CU_ASSERT(row->def[0] == '\0' || value_is_valid(row, text_of(row->def)));
	}
	options_init(NULL);
	UNIT_EQ(kmemu_opts.kmalloc_max, 128 << 10);
	UNIT_EQ(kmemu_opts.purge_ms, 1000);
	UNIT_EQ(kmemu_opts.invalid_free, POLICY_WARN);
	UNIT_EQ(kmemu_opts.large, POLICY_COUNT);
	UNIT_EQ(kmemu_opts.oom, OOM_FAIL);
	UNIT_EQ(kmemu_opts.percpu, PERCPU_RSEQ);
	UNIT_EQ(kmemu_opts.vmalloc_guard, true);
	UNIT_EQ(options_status.bad + options_status.not_built, 0);
}

static void rows_are_complete_and_distinct(void)
{
	char variable[64], other[64], expects[128];

	for_each_option(row) {
		CU_ASSERT(strlen(option_text(row)->help) > 5 && strlen(row->name) < 32);
		CU_ASSERT(option_expects(row, expects, sizeof(expects)) > 0);
		CU_ASSERT(strlen(expects) < 96);
		CU_ASSERT_PTR_EQUAL(option_find(row->name), row);
		CU_ASSERT(row->low <= row->high);
		option_variable(row, variable, sizeof(variable));
		for_each_option(twin) {
			option_variable(twin, other, sizeof(other));
			CU_ASSERT(twin == row || strcmp(variable, other));
			CU_ASSERT(twin == row || twin->offset != row->offset);
		}
	}
	CU_ASSERT_PTR_NULL(option_find("banana"));
}

/* As KMEMU_<NAME>=, as a word of KMEMU_OPTIONS, as a line of a file. */
static void set_three_ways(const struct option_row *row, const char *value,
			   void (*check)(const struct option_row *row))
{
	char entry[160], name[64];
	bool is_log = row->type == OPTION_LOG;

	option_variable(row, name, sizeof(name));
	snprintf(entry, sizeof(entry), "%s=%s", name, value);
	INIT(entry);
	check(row);
	snprintf(entry, sizeof(entry), "KMEMU_OPTIONS=%s=%s", row->name, value);
	INIT(entry);
	check(row);
	snprintf(entry, sizeof(entry), "%s=%s\n", row->name, value);
	if (strcmp(row->name, "config") && !is_log) {
		INIT(config_with(entry));
		check(row);
	}
}

static const char *wanted_value;

static void is_set(const struct option_row *row)
{
	CU_ASSERT_STRING_EQUAL(value_now(row), wanted_value);
	SAYS("");
	UNIT_EQ(options_status.bad, 0);
}

static void is_not_built(const struct option_row *row)
{
	char want[128];

	snprintf(want, sizeof(want), "kmemu: option '%s' is not built yet; ignored\n", row->name);
	SAYS(want);
	CU_ASSERT_STRING_EQUAL(value_now(row), row->def);
	UNIT_EQ(options_status.bad, 0);
	UNIT_EQ(options_status.not_built, 1);
	CU_ASSERT_STRING_EQUAL(options_status.first_not_built, row->name);
}

static void is_refused(const struct option_row *row)
{
	char expects[128];

	option_expects(row, expects, sizeof(expects));
	CU_ASSERT(row->type == OPTION_LOG || strcmp(value_now(row), value_by_default(row)) == 0);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, expects));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, row->def[0] ? "; using " : "; ignored"));
	UNIT_EQ(options_status.bad, 1);
	UNIT_EQ(options_status.not_built, 0);
}

static void every_row_can_be_set(void)
{
	write_config("");
	for_each_option(row) {
		wanted_value = strdup(other_value(row));
		set_three_ways(row, wanted_value,
			       row->mark == OPTION_NOT_BUILT ? is_not_built : is_set);
		free((char *)wanted_value);
	}
}

static void every_row_refuses_nonsense(void)
{
	for_each_option(row)
		if (row->mark != OPTION_NOT_BUILT && wrong_value(row) && row->type != OPTION_LOG)
			set_three_ways(row, wrong_value(row), is_refused);
}

static void a_bad_flag_is_named(void)
{
	INIT("KMEMU_OPTIONS=gfp=atomic", "KMEMU_GFP=GFP_DMA|GFP_KERNLE");
	SAYS("kmemu: KMEMU_GFP=GFP_DMA|GFP_KERNLE: expected auto or names of GFP flags joined by "
	     "|, &, ~ ('GFP_KERNLE' is no flag, did you mean GFP_KERNEL?); using atomic\n");
	CU_ASSERT_STRING_EQUAL(kmemu_opts.gfp, "atomic");
	INIT("KMEMU_OPTIONS=\"gfp=kernel | zero\"");
	SAYS("");
	CU_ASSERT_STRING_EQUAL(kmemu_opts.gfp, "kernel | zero");
}

static void zones_and_frag(void)
{
	static const char *const good[] = { "zones=DMA:8M", "zones=DMA32:16M",
					    "zones=DMA32:1G,DMA:32M", "zones=DMA:0,DMA32:0",
					    "zones=DMA32:8G,",
					    "frag=0", "frag=100,0xff" };
	static const char *const bad[] = { "zones=DMA:5M", "zones=DMA:32M,DMA32:16M",
					   "zones=HIGH:4M",
					   "zones=DMA", "frag=101", "frag=,7",
					   "frag=50,x", "frag=50,", "frag=5%" };
	char word[64];

	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		snprintf(word, sizeof(word), "KMEMU_OPTIONS=%s", good[i]);
		INIT(word);
		UNIT_EQ(options_status.bad, 0);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(word, sizeof(word), "KMEMU_OPTIONS=%s", bad[i]);
		INIT(word);
		UNIT_EQ(options_status.bad, 1);
	}
}

static void profiles_are_whole(void)
{
	for (unsigned int p = 0; p < NR_PROFILES; p++) {
		char entry[4096], word[32];

		snprintf(entry, sizeof(entry), "KMEMU_OPTIONS=%s", profile_text(p));
		INIT(entry);
		SAYS(""); /* arms only what exists */
		for_each_option(row) {
			snprintf(word, sizeof(word), "%s=", row->name);
			CU_ASSERT(row->type != OPTION_POLICY || row->mark != OPTION_BUILT ||
				  !strcmp(row->def, "context") ||
				  strstr(profile_text(p), word));
		}
	}
	CU_ASSERT_PTR_NULL(profile_text(NR_PROFILES));
	INIT("KMEMU_PROFILE=plain");
	UNIT_EQ(kmemu_opts.summary, false);
	UNIT_EQ(kmemu_opts.invalid_free, POLICY_WARN);
	UNIT_EQ(kmemu_opts.large, POLICY_COUNT);
	UNIT_EQ(kmemu_opts.report, REPORT_LINE);
	INIT("KMEMU_PROFILE=audit");
	UNIT_EQ(kmemu_opts.verdict, true);
	UNIT_EQ(kmemu_opts.report, REPORT_FULL);
	UNIT_EQ(kmemu_opts.large, POLICY_COUNT);
	INIT("KMEMU_PROFILE=strict");
	UNIT_EQ(kmemu_opts.invalid_free, POLICY_FAIL);
	UNIT_EQ(kmemu_opts.large, POLICY_FAIL);
}

/* --- layers -------------------------------------------------------------- */

static void later_layers_win(void)
{
	const char *file = config_with("purge_ms=2 verdict=0\nlarge=warn");

	INIT("KMEMU_OPTIONS=profile=strict", file);
	UNIT_EQ(kmemu_opts.invalid_free, POLICY_FAIL); /* profile over default */
	UNIT_EQ(kmemu_opts.large, POLICY_WARN); /* file over profile */
	UNIT_EQ(kmemu_opts.verdict, false);
	UNIT_EQ(kmemu_opts.purge_ms, 2); /* file over default */
	INIT("KMEMU_OPTIONS=purge_ms=3", file);
	UNIT_EQ(kmemu_opts.purge_ms, 3); /* options over file */
	INIT("KMEMU_PURGE_MS=4", "KMEMU_OPTIONS=purge_ms=3", file);
	UNIT_EQ(kmemu_opts.purge_ms, 4); /* variable over options */
	INIT("KMEMU_OPTIONS=purge_ms=5 purge_ms=6");
	UNIT_EQ(kmemu_opts.purge_ms, 6); /* later word over earlier */
	INIT("KMEMU_PROFILE=audit", "KMEMU_OPTIONS=profile=strict");
	UNIT_EQ(kmemu_opts.large, POLICY_COUNT);
	INIT(config_with("profile=strict"));
	UNIT_EQ(kmemu_opts.large, POLICY_FAIL);
	SAYS("");
}

static void bad_value_leaves_lower_layer(void)
{
	INIT("KMEMU_KMALLOC_MAX=banana", "KMEMU_OPTIONS=kmalloc_max=256K");
	UNIT_EQ(kmemu_opts.kmalloc_max, 256 << 10);
	SAYS("kmemu: KMEMU_KMALLOC_MAX=banana: expected a power of two from 8K to 4M; "
	     "using 256K\n");
	CU_ASSERT_STRING_EQUAL(options_status.first_bad, "KMEMU_KMALLOC_MAX=banana");
}

static void empty_variable_is_not_set(void)
{
	INIT("KMEMU_PURGE_MS=", "KMEMU_OPTIONS=", "KMEMU_CONFIG=");
	UNIT_EQ(kmemu_opts.purge_ms, 1000);
	SAYS("");
}

static void values_survive_the_environment(void)
{
	char entry[] = "KMEMU_CONFIG=/nowhere/at/all";

	INIT(entry);
	memset(entry, 'x', sizeof(entry) - 1);
	CU_ASSERT_STRING_EQUAL(kmemu_opts.config, "/nowhere/at/all");
}

/* --- syntax -------------------------------------------------------------- */

static void command_line_syntax(void)
{
	INIT("KMEMU_OPTIONS=  summary \t purge-ms=7\n vmalloc-lazy=y  ");
	UNIT_EQ(kmemu_opts.summary, true);
	UNIT_EQ(kmemu_opts.purge_ms, 7);
	UNIT_EQ(kmemu_opts.vmalloc_lazy, true);
	INIT("KMEMU_OPTIONS=config=\"/no such/dir\" \"purge_ms=8\"");
	CU_ASSERT_STRING_EQUAL(kmemu_opts.config, "/no such/dir");
	UNIT_EQ(kmemu_opts.purge_ms, 8);
	INIT("KMEMU_OPTIONS=purge_ms=\"9\"");
	UNIT_EQ(kmemu_opts.purge_ms, 9);
}

static void bad_quotes(void)
{
	INIT("KMEMU_OPTIONS=purge_ms=1 config=\"a b purge_ms=2");
	UNIT_EQ(kmemu_opts.purge_ms, 1);
	SAYS("kmemu: config=\"a b purge_ms=2: expected quotes around the whole value; ignored\n");
	INIT("KMEMU_OPTIONS=config=a\"b\"");
	UNIT_EQ(options_status.bad, 1);
	CU_ASSERT_STRING_EQUAL(kmemu_opts.config, "");
}

static u64 size_of(const char *value)
{
	static struct kmemu_options opts;

	opts.mem = 42;
	return value_parse(option_find("mem"), text_of(value), &opts) ? opts.mem : 42;
}

static void sizes(void)
{
	static const char *const bad[] = {
		"", "-1", "+1", " 1M", "1M ", "1MB", "1Mi", "M", "0x", "1.5M", "1e9", "1,000",
		"1M1", "banana", "17T", "1K", "1048575", "99999999999999999999",
		"18446744073709551616", "0x10000000000000000", "18446744073709551615K",
		"16777216T", "1P"
	};

	UNIT_EQ(size_of("64M"), 64 << 20);
	UNIT_EQ(size_of("64m"), 64 << 20);
	UNIT_EQ(size_of("1048576"), 1 << 20);
	UNIT_EQ(size_of("0x100000"), 1 << 20);
	UNIT_EQ(size_of("1024k"), 1 << 20);
	UNIT_EQ(size_of("3G"), 3LL << 30);
	UNIT_EQ(size_of("16T"), 16LL << 40);
	UNIT_EQ(size_of("0"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		UNIT_EQ(size_of(bad[i]), 42);
}

static u64 cap_of(const char *value)
{
	static struct kmemu_options opts;

	if (!value_parse(option_find("kmalloc_max"), text_of(value), &opts))
		return 0;
	return opts.kmalloc_max;
}

static void caps(void)
{
	UNIT_EQ(cap_of("8K"), 8 << 10);
	UNIT_EQ(cap_of("4M"), 4 << 20);
	UNIT_EQ(cap_of("131072"), 128 << 10);
	UNIT_EQ(cap_of("order:1"), 8 << 10);
	UNIT_EQ(cap_of("order:5"), 128 << 10);
	UNIT_EQ(cap_of("order:10"), 4 << 20);
	UNIT_EQ(cap_of("order:0") | cap_of("order:11") | cap_of("order:64") | cap_of("order:") |
			cap_of("order:5K") | cap_of("order:-1"),
		0);
	UNIT_EQ(cap_of("4K") | cap_of("8M") | cap_of("100K") | cap_of("0") | cap_of("131073"), 0);
}

static void policies_and_synonym(void)
{
	INIT("KMEMU_LARGE=vmalloc");
	UNIT_EQ(kmemu_opts.large, POLICY_COUNT);
	SAYS("");
	INIT("KMEMU_INVALID_FREE=vmalloc");
	SAYS("kmemu: KMEMU_INVALID_FREE=vmalloc: expected off, count, warn, fail or panic; "
	     "using warn\n");
	INIT("KMEMU_LARGE=", "KMEMU_OPTIONS=large=panic invalid_free=off");
	UNIT_EQ(kmemu_opts.large, POLICY_PANIC);
	UNIT_EQ(kmemu_opts.invalid_free, POLICY_OFF);
	INIT("KMEMU_LARGE=off|count");
	UNIT_EQ(options_status.bad, 1);
}

/* --- messages ------------------------------------------------------------ */

static void lists_of_other_tools(void)
{
	INIT("KMEMU_OPTIONS=profile=audit,summary=1");
	SAYS("kmemu: profile=audit,summary=1: expected plain, audit or strict (blanks separate "
	     "options); using plain\n");
	INIT("KMEMU_OPTIONS=oom=fail:");
	SAYS("kmemu: oom=fail:: expected fail or kill; using fail\n");
	INIT("KMEMU_OPTIONS=oom=kill:log=x");
	SAYS("kmemu: oom=kill:log=x: expected fail or kill (blanks separate options); using "
	     "fail\n");
}

static void names_what_is_wrong(void)
{
	INIT("KMEMU_OPTIONS=kmalloc_max=banana kmaloc_max=64K mem= purge_ms=3600001 oom foo=1");
	SAYS("kmemu: kmalloc_max=banana: expected a power of two from 8K to 4M; using 128K\n"
	     "kmemu: unknown option 'kmaloc_max'; did you mean 'kmalloc_max'?\n"
	     "kmemu: mem=: expected a size from 1M to 16T, or 0; using 0\n"
	     "kmemu: purge_ms=3600001: expected a number from 0 to 3600000; using 1000\n"
	     "kmemu: oom: expected fail or kill; using fail\n"
	     "kmemu: unknown option 'foo'; ignored\n");
	UNIT_EQ(options_status.bad, 6);
	CU_ASSERT_STRING_EQUAL(options_status.first_bad, "kmalloc_max=banana");
}

static void nearest_names(void)
{
	INIT("KMEMU_OPTIONS=sumary pruge_ms=1 kfence.sample_intervall=1 SUMMARY x=1 =1");
	SAYS("kmemu: unknown option 'sumary'; did you mean 'summary'?\n"
	     "kmemu: unknown option 'pruge_ms'; did you mean 'purge_ms'?\n"
	     "kmemu: unknown option 'kfence.sample_intervall'; "
	     "did you mean 'kfence.sample_interval'?\n"
	     "kmemu: unknown option 'SUMMARY'; did you mean 'summary'?\n"
	     "kmemu: unknown option 'x'; ignored\n"
	     "kmemu: unknown option ''; ignored\n");
}

static void variables_of_others(void)
{
	INIT("KMEMU_KMALOC_MAX=1M", "KMEMU_TEST_X=1", "KMEMU_LIB=x", "KMEMU_SEED=1",
	     "KMEMU_STRESS_SECONDS=1", "KMEM=1", "KMEMU=1", "PATH=/bin", "KMEMU_WHATEVER");
	SAYS("kmemu: unknown variable KMEMU_KMALOC_MAX; did you mean KMEMU_KMALLOC_MAX?\n"
	     "kmemu: unknown variable KMEMU_WHATEVER; ignored\n");
}

static void not_built_is_said_once(void)
{
	INIT("KMEMU_OPTIONS=kmemleak=1 kmemleak=0 failslab=1,1,0,1", "KMEMU_KMEMLEAK=banana");
	SAYS("kmemu: option 'kmemleak' is not built yet; ignored\n"
	     "kmemu: option 'failslab' is not built yet; ignored\n");
	UNIT_EQ(options_status.not_built, 2);
	UNIT_EQ(options_status.bad, 0);
}

static void file_messages(void)
{
	char want[512];

	INIT(config_with("# a comment\n"
			 "summary=1 # behind a word\n"
			 "\r\n"
			 "  purge_ms=12 large=nonsense\r\n"
			 "config=/other\n"
			 "sumary=1"));
	UNIT_EQ(kmemu_opts.summary, true);
	UNIT_EQ(kmemu_opts.purge_ms, 12);
	snprintf(want, sizeof(want),
		 "kmemu: %s:4: large=nonsense: expected off, count, warn, fail, panic or vmalloc; "
		 "using count\n"
		 "kmemu: %s:5: config=/other: cannot be set in a config file; ignored\n"
		 "kmemu: %s:6: unknown option 'sumary'; did you mean 'summary'?\n",
		 config_name, config_name, config_name);
	SAYS(want);
	CU_ASSERT_STRING_EQUAL(kmemu_opts.config, config_name);
}

static void unreadable_files(void)
{
	INIT("KMEMU_CONFIG=/nowhere/kmemu.conf");
	SAYS("kmemu: config=/nowhere/kmemu.conf: cannot be read (no such file); ignored\n");
	INIT("KMEMU_OPTIONS=config=/tmp");
	SAYS("kmemu: config=/tmp: cannot be read (is a directory); ignored\n");
	INIT("KMEMU_CONFIG=/dev/zero");
	SAYS("kmemu: config=/dev/zero: cannot be read (more than 64K); ignored\n");
	UNIT_EQ(options_status.bad, 1);
	INIT("KMEMU_CONFIG=/dev/null");
	SAYS("");
}

static void fifo_does_not_hang(void)
{
	char fifo[80], entry[100];

	snprintf(fifo, sizeof(fifo), "%s.fifo", log_name);
	CU_ASSERT(mkfifo(fifo, 0600) == 0);
	snprintf(entry, sizeof(entry), "KMEMU_CONFIG=%s", fifo);
	alarm(10);
	INIT(entry);
	alarm(0);
	SAYS("");
	unlink(fifo);
}

static void terminals_are_safe(void)
{
	INIT("KMEMU_OPTIONS=purge_ms=\"\033[2J\001\"");
	SAYS("kmemu: purge_ms=\"?[2J?\": expected a number from 0 to 3600000; using 1000\n");
}

static void long_words_are_cut(void)
{
	char entry[6000];

	memset(entry, 'a', sizeof(entry));
	memcpy(entry, "KMEMU_OPTIONS=", 14);
	entry[sizeof(entry) - 1] = '\0';
	INIT(entry);
	CU_ASSERT(strlen(text) < 160);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "aaa...'; ignored\n"));
}

static void too_much_text_is_said(void)
{
	static char entry[3 * VALUE_STORE_BYTES];

	memset(entry, 'a', sizeof(entry));
	memcpy(entry, "KMEMU_CONFIG=", 13);
	entry[sizeof(entry) - 1] = '\0';
	INIT(entry);
	SAYS("kmemu: more than 16384 bytes of values; some options are ignored\n");
	CU_ASSERT_STRING_EQUAL(kmemu_opts.config, "");
	UNIT_EQ(options_status.bad, 1);
}

static void errno_is_kept(void)
{
	errno = 77;
	INIT("KMEMU_OPTIONS=banana config=/nowhere");
	errno = 77; /* fopen in INIT */
	options_init((char *[]){ log_variable, (char *)"KMEMU_OPTIONS=ba config=/x", NULL });
	UNIT_EQ(errno, 77);
}

UNIT_MAIN_INIT("options", make_files, remove_files,
	       UNIT_TEST(defaults_are_what_they_say),
	       UNIT_TEST(rows_are_complete_and_distinct),
	       UNIT_TEST(every_row_can_be_set),
	       UNIT_TEST(every_row_refuses_nonsense),
	  UNIT_TEST(a_bad_flag_is_named),
	       UNIT_TEST(zones_and_frag),
	       UNIT_TEST(profiles_are_whole),
	       UNIT_TEST(later_layers_win),
	       UNIT_TEST(bad_value_leaves_lower_layer),
	       UNIT_TEST(empty_variable_is_not_set),
	       UNIT_TEST(values_survive_the_environment),
	       UNIT_TEST(command_line_syntax),
	       UNIT_TEST(bad_quotes),
	       UNIT_TEST(sizes),
	       UNIT_TEST(caps),
	       UNIT_TEST(policies_and_synonym),
	       UNIT_TEST(lists_of_other_tools), UNIT_TEST(names_what_is_wrong),
	       UNIT_TEST(nearest_names),
	       UNIT_TEST(variables_of_others),
	       UNIT_TEST(not_built_is_said_once),
	       UNIT_TEST(file_messages),
	       UNIT_TEST(unreadable_files),
	       UNIT_TEST(fifo_does_not_hang),
	       UNIT_TEST(terminals_are_safe),
	       UNIT_TEST(long_words_are_cut),
	       UNIT_TEST(too_much_text_is_said),
	       UNIT_TEST(errno_is_kept));
