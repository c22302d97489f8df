// SPDX-License-Identifier: MIT
// flags: -ldl
/*
 * funcs: names and globs, ranges that overlap, and addresses of functions of
 * this program and its libraries, static ones, aliases, of modules that come and
 * go; that a look-up needs nothing of the loader. Each test that resolves is a
 * process of its own.
 */
#include "tests/unit/heap.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>

#include "core/os/libelf.h"
#include "core/report/funcs.h"
#include "core/report/funcs_table.h"
#include "core/report/symbols.h"

/* --- names --------------------------------------------------------------- */

static bool matches(const char *pattern, const char *symbol)
{
	struct func_name name;
	bool is;

	func_name_begin(&name, symbol);
	is = func_name_matches(&name, pattern);
	UNIT_EQ(func_name_matches(&name, pattern), is); /* also when it is read */
	return is;
}

static void names(void)
{
	CU_ASSERT(matches("rx_one", "rx_one"));
	CU_ASSERT(matches("rx_*", "rx_one"));
	CU_ASSERT(matches("?x_one", "rx_one"));
	CU_ASSERT(!matches("rx_*", "tx_one"));
	CU_ASSERT(!matches("rx", "rx_one"));
}

static void cxx_names(void)
{
	const char *run = "_ZN3net2rx3runEi"; /* net::rx::run(int) */
	const char *clone = "_ZN3net2rx3runEi.part.0";
	const char *tmpl = "_Z3runIiEvT_"; /* void run<int>(int) */
	const char *call = "_ZNK3netclEi"; /* net::operator()(int) const */
	const char *fn = "_Z3runPFviE"; /* run(void (*)(int)) */

	CU_ASSERT(matches("net::rx::run", run));
	CU_ASSERT(matches("net::rx::run(int)", run));
	CU_ASSERT(matches("net::*", run));
	CU_ASSERT(matches("_ZN3net2rx3run*", run));
	CU_ASSERT(!matches("net::rx::run(long)", run));
	CU_ASSERT(!matches("run", run));
	CU_ASSERT(matches("net::rx::run", clone));
	CU_ASSERT(matches("run<int>", tmpl));
	CU_ASSERT(matches("void run<int>", tmpl));
	CU_ASSERT(matches("net::operator()", call));
	CU_ASSERT(matches("run", fn));
	CU_ASSERT(!matches("x", "_Z"));
	CU_ASSERT(!matches("x", "_Zbroken"));
}

static void modules(void)
{
	const char *path = "/usr/lib/libnet.so.1.2";

	CU_ASSERT(func_module_matches("libnet.so", "libnet.so.1.2", path, false));
	CU_ASSERT(func_module_matches("libnet.so.1.2", "libnet.so.1.2", path, false));
	CU_ASSERT(func_module_matches("libn?t.so*", "libnet.so.1.2", path, false));
	CU_ASSERT(func_module_matches("lib*.so", "libnet.so.1.2", path, false));
	CU_ASSERT(func_module_matches("/usr/lib/*", "libnet.so.1.2", path, false));
	CU_ASSERT(func_module_matches(NULL, "libnet.so.1.2", path, false));
	CU_ASSERT(!func_module_matches("libnet", "libnet.so.1.2", path, false));
	CU_ASSERT(!func_module_matches("libnet.so.1", "libnet.so.1.2", path, false));
	CU_ASSERT(!func_module_matches("main", "libnet.so.1.2", path, false));
	CU_ASSERT(func_module_matches("main", "server", "/bin/server", true));
	CU_ASSERT(func_module_matches("server", "server", "/bin/server", true));
	CU_ASSERT(!func_module_matches("main", "server", "/bin/server", false));
}

/* --- tables -------------------------------------------------------------- */

static u64 rule_at(const struct func_pieces *p, u64 at)
{
	u64 rule = 999;

	for (u32 i = 0; i < p->nr && p->piece[i].start <= at; i++)
		rule = p->piece[i].rule;
	return rule;
}

static void nested_ranges(void)
{
	struct func_events e = { 0 };
	struct func_pieces p = { 0 };

	func_pieces_add(&p, 100, FUNC_NONE);
	func_events_add(&e, 120, 180, 2);
	func_events_add(&e, 140, 160, 1); /* wins inside */
	func_events_add(&e, 150, 200, 3); /* only behind 180 */
	func_events_add(&e, 200, 200, 0); /* empty */
	func_events_sort(&e);
	func_events_sweep(&e, FUNC_NONE, &p);
	UNIT_EQ(rule_at(&p, 119), FUNC_NONE);
	UNIT_EQ(rule_at(&p, 120), 2);
	UNIT_EQ(rule_at(&p, 140), 1);
	UNIT_EQ(rule_at(&p, 159), 1);
	UNIT_EQ(rule_at(&p, 160), 2);
	UNIT_EQ(rule_at(&p, 180), 3);
	UNIT_EQ(rule_at(&p, 200), FUNC_NONE);
	UNIT_EQ(p.nr, 6);
	func_events_free(&e);
	func_pieces_free(&p);
}

static void neighbours_are_one_piece(void)
{
	struct func_events e = { 0 };
	struct func_pieces p = { 0 };

	func_pieces_add(&p, 0, FUNC_OUTSIDE);
	for (u64 at = 9000; at > 1000; at -= 10)
		func_events_add(&e, at, at + 10, 4);
	func_events_sort(&e);
	func_events_sweep(&e, FUNC_NONE, &p);
	UNIT_EQ(p.nr, 3);
	UNIT_EQ(rule_at(&p, 1010), 4);
	UNIT_EQ(rule_at(&p, 9009), 4);
	UNIT_EQ(rule_at(&p, 9010), FUNC_NONE);
	func_events_free(&e);
	func_pieces_free(&p);
}

/* Random ranges, and each address asked of a plain list of them. */
static void random_ranges(void)
{
	u64 seed = unit_seed() | 1;

	for (int round = 0; round < 200; round++) {
		struct {
			u64 start, end;
			u32 rule;
		} range[40];
		struct func_events e = { 0 };
		struct func_pieces p = { 0 };
		unsigned int nr = (unsigned int)(rnd(&seed) % 40);

		func_pieces_add(&p, 0, 500);
		for (unsigned int i = 0; i < nr; i++) {
			range[i].start = 1 + rnd(&seed) % 60;
			range[i].end = range[i].start + rnd(&seed) % 20;
			range[i].rule = (u32)(rnd(&seed) % 100);
			func_events_add(&e, range[i].start, range[i].end, range[i].rule);
		}
		func_events_sort(&e);
		func_events_sweep(&e, 500, &p);
		for (u64 at = 0; at < 100; at++) {
			u64 want = 500;

			for (unsigned int i = 0; i < nr; i++)
				if (at >= range[i].start && at < range[i].end &&
				    range[i].rule < want)
					want = range[i].rule;
			UNIT_EQ(rule_at(&p, at), want);
		}
		for (u32 i = 1; i < p.nr; i++)
			CU_ASSERT(p.piece[i].start > p.piece[i - 1].start &&
				  p.piece[i].rule != p.piece[i - 1].rule);
		func_events_free(&e);
		func_pieces_free(&p);
	}
}

/* --- resolving ----------------------------------------------------------- */

__attribute__((noinline)) static int rx_first(int x)
{
	return x * (int)getpid();
}

__attribute__((noinline)) static int rx_second(int x)
{
	return x + (int)getpid();
}

__attribute__((noinline)) static int tx_only(int x)
{
	return x - (int)getpid();
}

int other_name(int x) __attribute__((alias("aliased_function")));

__attribute__((noinline)) int aliased_function(int x)
{
	return x ^ (int)getpid();
}

static struct func_rules rules = { .option = "test" };

static int add(const char *pattern, u32 value)
{
	return func_rules_add(&rules, pattern, strlen(pattern), value);
}

/* A return address in the function; its value, 0: none. */
static u32 in(const void *function)
{
	u32 value = 0;

	func_rules_find(&rules, (unsigned long)function + 5, &value);
	return value;
}

static u32 in_now(const void *function)
{
	u32 value = 0;

	func_rules_find_now(&rules, (unsigned long)function + 5, &value);
	return value;
}

#define TEST(name)                      \
	static void name##_body(void);  \
	static void name(void)          \
	{                               \
		in_child(name##_body);  \
	}                               \
	static void name##_body(void)

static void *libc_function(const char *name)
{
	return dlsym(RTLD_DEFAULT, name);
}

TEST(functions_by_glob)
{
	UNIT_EQ(add("rx_*", 7), 0);
	UNIT_EQ(in(rx_first), 0);
	funcs_refresh();
	UNIT_EQ(in(rx_first), 7);
	UNIT_EQ(in(rx_second), 7);
	UNIT_EQ(in(tx_only), 0);
	UNIT_EQ(in(libc_function("getppid")), 0);
}

/* A return address at the function's end is still in it, its start is not. */
TEST(addresses_are_return_addresses)
{
	struct symbol sym;
	char name[64];
	u32 value;

	add("rx_first", 7);
	funcs_refresh();
	OK(symbol_lookup((unsigned long)rx_first + 5, &sym, name, sizeof(name)));
	OK(!func_rules_find(&rules, (unsigned long)rx_first, &value));
	OK(func_rules_find(&rules, (unsigned long)rx_first + 1, &value));
	OK(func_rules_find(&rules, (unsigned long)rx_first + sym.size, &value));
	OK(!func_rules_find(&rules, (unsigned long)rx_first + sym.size + 1, &value));
}

TEST(the_first_rule_wins)
{
	add("rx_second", 1);
	add("main!rx_*", 2);
	add("test_funcs!*", 3);
	add("libc.so!getp*", 4);
	add("*", 5);
	funcs_refresh();
	UNIT_EQ(in(rx_second), 1);
	UNIT_EQ(in(rx_first), 2);
	UNIT_EQ(in(tx_only), 3);
	UNIT_EQ(in(libc_function("getppid")), 4);
	UNIT_EQ(in(libc_function("strlen")), 5);
	UNIT_EQ(in((void *)0x1000), 5);
}

TEST(a_whole_module_hides_its_functions)
{
	const struct func_rule *rule;
	unsigned int i = 0;
	char text[64];

	add("main!*", 3);
	add("rx_first", 1);
	add("libc.so.6!*", 4);
	funcs_refresh();
	UNIT_EQ(in(rx_first), 3);
	UNIT_EQ(in(libc_function("getppid")), 4);
	UNIT_EQ(in((void *)0x1000), 0);
	rule = func_rules_unmatched(&rules, &i);
	OK(rule && func_rule_print(rule, text, sizeof(text)) && !strcmp(text, "rx_first"));
	OK(!func_rules_unmatched(&rules, &i));
}

TEST(what_matches_nothing)
{
	const struct func_rule *rule;
	unsigned int i = 0;
	char text[64];

	add("libnothere.so!f", 1);
	add("rx_first", 1);
	add("no_such_function", 1);
	add("*", 2);
	add("tx_only", 3);
	funcs_refresh();
	rule = func_rules_unmatched(&rules, &i);
	OK(rule && func_rule_print(rule, text, sizeof(text)) && !strcmp(text, "libnothere.so!f"));
	rule = func_rules_unmatched(&rules, &i);
	OK(rule && !strcmp(rule->function, "no_such_function") && !rule->is_hidden);
	rule = func_rules_unmatched(&rules, &i);
	OK(rule && !strcmp(rule->function, "tx_only") && rule->is_hidden);
	OK(!func_rules_unmatched(&rules, &i));
}

TEST(every_name_of_a_function)
{
	add("other_name", 1);
	funcs_refresh();
	UNIT_EQ(in(aliased_function), 1);
	UNIT_EQ(other_name(0) - other_name(0), 0);
}

TEST(catch_all_needs_no_symbols)
{
	add("*", 9);
	funcs_refresh();
	UNIT_EQ(in(rx_first), 9);
	OK(rules.table->nr < 100 && !libelf_is_open());
}

TEST(bad_patterns)
{
	UNIT_EQ(add("", 1), -EINVAL);
	UNIT_EQ(add("lib.so!", 1), -EINVAL);
	UNIT_EQ(func_rules_add(&rules, "a\0b", 3, 1), -EINVAL);
	UNIT_EQ(add("!f", 1), 0);
	OK(!rules.rule[0].module && !strcmp(rules.rule[0].function, "f"));
	for (int i = 1; i < FUNC_RULES_MAX; i++)
		UNIT_EQ(add("f", 1), 0);
	UNIT_EQ(add("f", 1), -ENOSPC);
}

/* --- modules that come and go -------------------------------------------- */

static char plugin_name[256];

/* A library with a static function. */
static bool make_plugin(void)
{
	char source[] = "/tmp/kmemu-funcs-XXXXXX", command[512];
	int fd = mkstemp(source);

	snprintf(plugin_name, sizeof(plugin_name), "%s.so.3", source);
	snprintf(command, sizeof(command),
		 "echo 'static int hidden_rx(int x) { return x * 7 + (x >> 3); }"
		 "int (*rx_pointer)(int) = hidden_rx;"
		 "int rx_plugin(int x) { return x * 9 - (x >> 2); }' |"
		 " ${CC:-cc} -xc -O1 -fPIC -shared -o %s - 2>/dev/null", plugin_name);
	close(fd);
	unlink(source);
	return !system(command);
}

static void *hidden_in(void *plugin)
{
	void **pointer = dlsym(plugin, "rx_pointer");

	return pointer ? *pointer : NULL;
}

static void with_plugin(void (*test)(void))
{
	if (!make_plugin()) {
		printf("no compiler: not run ");
		return;
	}
	in_child(test);
	unlink(plugin_name);
}

static void loaded_later_body(void)
{
	void *plugin, *inside;
	unsigned int i = 0;

	UNIT_EQ(add("kmemu-funcs-*.so!hidden_rx", 6), 0);
	add("kmemu-funcs-*.so!rx_*", 8);
	add("*", 2);
	funcs_refresh();
	OK(func_rules_unmatched(&rules, &i) != NULL);
	plugin = dlopen(plugin_name, RTLD_NOW);
	OK(plugin != NULL);
	inside = hidden_in(plugin);
	UNIT_EQ(in(inside), 2);
	symbols_no_load(true);
	UNIT_EQ(in_now(inside), 2);
	symbols_no_load(false);
	UNIT_EQ(in_now(inside), 6);
	UNIT_EQ(in(inside), 6);
	UNIT_EQ(in(dlsym(plugin, "rx_plugin")), 8);
	i = 0;
	OK(func_rules_unmatched(&rules, &i) == NULL);
	dlclose(plugin);
	funcs_refresh();
	UNIT_EQ(in(inside), 2);
}

static void loaded_later(void)
{
	with_plugin(loaded_later_body);
}

static unsigned int nr_tables(void)
{
	unsigned int n = 0;

	for (const struct func_table *t = rules.tables; t; t = t->next)
		n++;
	return n;
}

/* The places of a plugin are few, and so are the tables. */
static void come_and_go_body(void)
{
	add("kmemu-funcs-*.so!*", 6);
	funcs_refresh();
	for (int i = 0; i < 50; i++) {
		void *plugin = dlopen(plugin_name, RTLD_NOW);

		UNIT_EQ(in_now(hidden_in(plugin)), 6);
		dlclose(plugin);
		funcs_refresh();
	}
	OK(nr_tables() < 20);
}

static void come_and_go(void)
{
	with_plugin(come_and_go_body);
}

/* One that the loader does not list is looked for once. */
static void strangers_body(void)
{
	void *plugin = dlmopen(LM_ID_NEWLM, plugin_name, RTLD_NOW), *inside;
	const struct func_table *table;

	if (!plugin)
		return;
	inside = hidden_in(plugin);
	add("kmemu-funcs-*.so!*", 6);
	add("*", 2);
	funcs_refresh();
	UNIT_EQ(in_now(inside), 2);
	table = rules.table;
	for (int i = 0; i < 1000; i++)
		UNIT_EQ(in_now(inside), 2);
	OK(rules.table == table);
}

static void strangers(void)
{
	with_plugin(strangers_body);
}

/* Code that a program makes is in no module, which costs no look at them. */
TEST(made_code)
{
	void *code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	add("rx_first", 1);
	funcs_refresh();
	UNIT_EQ(in_now(code), 0);
	add("*", 2);
	UNIT_EQ(in_now(code), 2);
}

/* --- threads ------------------------------------------------------------- */

static bool stop;

static void *look(void *unused)
{
	unsigned long n = 0;

	(void)unused;
	while (!READ_ONCE(stop)) {
		if (in(rx_first) != 7 || in(tx_only) != 0)
			return (void *)1;
		in_now(hidden_in);
		n++;
	}
	return n ? NULL : (void *)2;
}

static void threads_body(void)
{
	pthread_t thread[4];
	void *bad;

	add("rx_*", 7);
	funcs_refresh();
	for (int i = 0; i < 4; i++)
		pthread_create(&thread[i], NULL, look, NULL);
	for (int i = 0; i < 100; i++) {
		void *plugin = dlopen(plugin_name, RTLD_NOW);

		UNIT_EQ(in_now(hidden_in(plugin)), 0);
		dlclose(plugin);
		funcs_refresh();
	}
	WRITE_ONCE(stop, true);
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], &bad);
		OK(!bad);
	}
}

static void threads(void)
{
	with_plugin(threads_body);
}

TEST(fork_child)
{
	int status;
	pid_t pid;

	add("rx_*", 7);
	funcs_refresh();
	pid = fork();
	if (!pid) {
		funcs_fork_child();
		funcs_refresh();
		_exit(in(rx_first) == 7 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	UNIT_EQ(status, 0);
	UNIT_EQ(rx_first(0) + rx_second(0) - tx_only(0), 2 * getpid());
}

UNIT_MAIN("funcs",
	  UNIT_TEST(names),
	  UNIT_TEST(cxx_names),
	  UNIT_TEST(modules),
	  UNIT_TEST(nested_ranges),
	  UNIT_TEST(neighbours_are_one_piece),
	  UNIT_TEST(random_ranges),
	  UNIT_TEST(functions_by_glob),
	  UNIT_TEST(addresses_are_return_addresses),
	  UNIT_TEST(the_first_rule_wins),
	  UNIT_TEST(a_whole_module_hides_its_functions),
	  UNIT_TEST(what_matches_nothing),
	  UNIT_TEST(every_name_of_a_function),
	  UNIT_TEST(catch_all_needs_no_symbols),
	  UNIT_TEST(bad_patterns),
	  UNIT_TEST(loaded_later),
	  UNIT_TEST(come_and_go),
	  UNIT_TEST(strangers),
	  UNIT_TEST(made_code),
	  UNIT_TEST(threads),
	  UNIT_TEST(fork_child));
