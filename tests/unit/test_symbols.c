// SPDX-License-Identifier: MIT
// flags: -ldl
/*
 * Shows that addresses become function+0xoff/0xsize [module], for static
 * functions, libraries, the vDSO and modules that were closed; that nothing is
 * loaded where it must not be, and what is then said; that it works without
 * memory, without descriptors, with locks held, and from several threads.
 * Each test is a process of its own, as what was read stays.
 */
#include "tests/unit/heap.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/auxv.h>
#include <sys/resource.h>

#include "core/os/libelf.h"
#include "core/os/modules.h"
#include "core/report/symbols.h"

static char text[512];

__attribute__((noinline)) static int own_function(int x)
{
	return x * (int)getpid();
}

/* As a return address 5 bytes into it would be. */
static unsigned long in(const void *function)
{
	return (unsigned long)function + 5;
}

static const char *print(unsigned long pc)
{
	int n = symbol_print(text, sizeof(text), pc);

	UNIT_EQ(n, strlen(text));
	return text;
}

static bool begins(const char *s, const char *with)
{
	if (!strncmp(s, with, strlen(with)))
		return true;
	printf("\n'%s' doesn't begin with '%s'\n", s, with);
	return false;
}

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	if (n >= m && !strcmp(s + n - m, with))
		return true;
	printf("\n'%s' doesn't end with '%s'\n", s, with);
	return false;
}

static bool is_named(unsigned long pc, const char *function, const char *module)
{
	char first[64], last[64];

	snprintf(first, sizeof(first), "%s+0x5/0x", function);
	snprintf(last, sizeof(last), " [%s]", module);
	return begins(print(pc), first) && ends(text, last);
}

/* What is said without names: the module, its offset, the build-id. */
static bool is_unnamed(unsigned long pc)
{
	char want[160];
	struct os_object o;
	u8 id[BUILD_ID_BYTES_MAX];
	unsigned int n;
	int at;

	if (!os_object_find(pc, &o))
		return false;
	at = snprintf(want, sizeof(want), "test_symbols+0x%lx", pc - o.bias);
	n = os_object_build_id(&o, id);
	for (unsigned int i = 0; i < n; i++)
		at += snprintf(want + at, sizeof(want) - (size_t)at, "%s%02x", i ? "" : " (",
			       id[i]);
	if (n)
		snprintf(want + at, sizeof(want) - (size_t)at, ")");
	if (!strcmp(print(pc), want))
		return true;
	printf("\n'%s', not '%s'\n", text, want);
	return false;
}

#define TEST(name)                      \
	static void name##_body(void);  \
	static void name(void)          \
	{                               \
		in_child(name##_body);  \
	}                               \
	static void name##_body(void)

TEST(functions_are_named)
{
	OK(is_named(in(own_function), "own_function", "test_symbols"));
	OK(is_named(in(dlsym(RTLD_DEFAULT, "getppid")), "getppid", "libc.so.6"));
	UNIT_EQ(own_function(0), 0);
}

TEST(facts_are_right)
{
	struct symbol sym;
	struct os_object o;
	char name[64];

	os_objects_init();
	OK(os_object_find(in(own_function), &o));
	OK(symbol_lookup(in(own_function), &sym, name, sizeof(name)));
	OK(!strcmp(sym.name, "own_function") && sym.name == name);
	UNIT_EQ(sym.offset, 5);
	OK(sym.size > 5 && sym.size < 200);
	OK(!strcmp(sym.module, "test_symbols") && ends(sym.path, "/test_symbols"));
	OK(sym.path[0] == '/' && sym.is_program);
	UNIT_EQ(sym.module_offset, in(own_function) - o.bias);
	OK(symbol_lookup(in(dlsym(RTLD_DEFAULT, "getppid")), &sym, name, 4));
	OK(!strcmp(sym.name, "get") && !sym.is_program);
}

/* The address behind a call at a function's very end is still the function's. */
TEST(return_addresses_belong_to_the_call)
{
	struct symbol sym;
	char name[64];

	OK(symbol_lookup(in(own_function), &sym, name, sizeof(name)));
	OK(symbol_lookup((unsigned long)own_function + sym.size, &sym, name, sizeof(name)));
	OK(sym.name && !strcmp(sym.name, "own_function") && sym.offset == sym.size);
	OK(symbol_lookup((unsigned long)own_function, &sym, name, sizeof(name)));
	OK(!sym.name || strcmp(sym.name, "own_function"));
}

TEST(no_module)
{
	struct symbol sym;

	OK(!strcmp(print(0x1234), "0x0000000000001234"));
	OK(!strcmp(print(0), "0x0000000000000000"));
	OK(!strcmp(print(~0UL), "0xffffffffffffffff"));
	OK(!symbol_lookup((unsigned long)text, &sym, NULL, 0) || sym.is_program);
	OK(!symbol_lookup((unsigned long)&sym, &sym, NULL, 0));
}

TEST(without_size_nothing_is_read)
{
	struct symbol sym;

	OK(symbol_lookup(in(own_function), &sym, NULL, 0));
	OK(!sym.name && !strcmp(sym.module, "test_symbols") && !libelf_is_open());
}

TEST(short_buffers)
{
	char small[32];

	print(in(own_function));
	for (size_t size = 1; size < sizeof(small); size++) {
		int n;

		memset(small, '#', sizeof(small));
		n = symbol_print(small, size, in(own_function));
		UNIT_EQ(n, strlen(small));
		OK(strlen(small) < size && small[size] == '#');
	}
}

TEST(vdso)
{
	unsigned long start = getauxval(AT_SYSINFO_EHDR);
	int named = 0;

	for (unsigned long at = 0; start && at < 8192; at += 64)
		if (symbol_print(text, sizeof(text), start + at) && strstr(text, "__vdso_") &&
		    strstr(text, "[linux-vdso.so.1]"))
			named++;
	OK(named > 0 || !start);
}

/* --- where nothing may be loaded --- */

TEST(no_load_says_module_and_build_id)
{
	os_objects_init();
	symbols_no_load(true);
	symbols_no_load(true);
	OK(is_unnamed(in(own_function)));
	symbols_no_load(false);
	OK(is_unnamed(in(own_function)));
	OK(!libelf_is_open());
	symbols_no_load(false);
	OK(is_named(in(own_function), "own_function", "test_symbols"));
	symbols_no_load(true); /* what was read is used */
	OK(is_named(in(own_function), "own_function", "test_symbols"));
}

TEST(sealed)
{
	os_objects_init();
	symbols_seal();
	OK(is_unnamed(in(own_function)));
	OK(!libelf_is_open());
}

TEST(prepared_and_sealed)
{
	symbols_prepare();
	symbols_seal();
	OK(is_named(in(own_function), "own_function", "test_symbols"));
	OK(is_named(in(dlsym(RTLD_DEFAULT, "getppid")), "getppid", "libc.so.6"));
}

static volatile int in_handler;

static void handler(int sig)
{
	(void)sig;
	in_handler = sizeof(text) && is_unnamed(in(own_function)) && !libelf_is_open();
}

/* Even if nobody said so. */
TEST(alternate_stack_is_a_handler)
{
	static char stack[16384];
	stack_t ss = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction act = { .sa_handler = handler, .sa_flags = SA_ONSTACK };

	os_objects_init();
	sigaltstack(&ss, NULL);
	sigaction(SIGUSR1, &act, NULL);
	raise(SIGUSR1);
	UNIT_EQ(in_handler, 1);
	OK(is_named(in(own_function), "own_function", "test_symbols"));
}

TEST(held_lock_opens_nothing)
{
	static kmemu_lock_t lock = KMEMU_LOCK_INIT(LOCK_ZONE);

	os_objects_init();
	spin_lock(&lock);
	OK(is_unnamed(in(own_function)));
	OK(!libelf_is_open());
	spin_unlock(&lock);
	OK(libelf_open());
	spin_lock(&lock); /* but what is open is used */
	OK(is_named(in(own_function), "own_function", "test_symbols"));
	spin_unlock(&lock);
}

/* --- the loader's lock --- */

static bool other_thread_got_it;

static void *try_loader(void *arg)
{
	(void)arg;
	other_thread_got_it = os_loader_trylock();
	if (other_thread_got_it)
		os_loader_unlock();
	return NULL;
}

static bool try_in_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, try_loader, NULL);
	pthread_join(thread, NULL);
	return other_thread_got_it;
}

TEST(loaders_lock_is_the_loaders)
{
	void *(*open_fn)(const char *, int) = dlopen;

	os_objects_init();
	OK(try_in_thread());
	OK(os_loader_trylock());
	OK(!try_in_thread());
	OK(open_fn("libm.so.6", RTLD_NOW) != NULL); /* recursive */
	OK(!try_in_thread());
	os_loader_unlock();
	OK(try_in_thread());
}

/* --- modules that come and go --- */

TEST(closed_module_keeps_its_names)
{
	void *lib = dlopen("libthread_db.so.1", RTLD_NOW);
	unsigned long pc = lib ? in(dlsym(lib, "td_init")) : 0;
	struct symbol sym;
	char name[64];

	if (!lib)
		return; /* nothing to close here */
	symbols_note_modules();
	dlclose(lib);
	OK(!dlopen("libthread_db.so.1", RTLD_NOW | RTLD_NOLOAD));
	OK(is_named(pc, "td_init", "libthread_db.so.1"));
	OK(symbol_lookup(pc, &sym, name, sizeof(name)));
	OK(sym.path[0] == '/' && sym.build_id_bytes >= 8);
}

/* A place is given to another module: the one that is there now is meant. */
TEST(reopened_module_is_the_new_one)
{
	for (int i = 0; i < 50; i++) {
		void *lib = dlopen(i % 2 ? "libthread_db.so.1" : "libanl.so.1", RTLD_NOW);
		const char *function = i % 2 ? "td_init" : "gai_cancel";
		void *at = lib ? dlsym(lib, function) : NULL;

		symbols_note_modules();
		if (at && i % 2)
			OK(is_named(in(at), function, "libthread_db.so.1"));
		if (lib)
			dlclose(lib);
	}
}

/* --- trouble --- */

static int open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

TEST(no_descriptor_stays)
{
	int before = open_descriptors();

	symbols_prepare();
	UNIT_EQ(open_descriptors(), before);
}

TEST(closed_descriptors_stay_closed)
{
	int out = dup(1);

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	bool done = is_named(in(own_function), "own_function", "test_symbols");
	bool closed = fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0 && fcntl(2, F_GETFD) < 0;

	dup2(out, 1);
	OK(done);
	OK(closed);
}

TEST(no_descriptor_to_be_had)
{
	struct rlimit none = { 3, 3 };

	os_objects_init();
	libelf_open();
	setrlimit(RLIMIT_NOFILE, &none);
	OK(is_unnamed(in(own_function)));
}

TEST(no_memory)
{
	struct rlimit little = { 1 << 20, RLIM_INFINITY }, all = { RLIM_INFINITY, RLIM_INFINITY };

	os_objects_init();
	setrlimit(RLIMIT_AS, &little);
	OK(is_unnamed(in(own_function)));
	setrlimit(RLIMIT_AS, &all);
	print(in(own_function));
}

static long nth;

/* The n-th system call fails, for each n: a name or an offset, no crash. */
static void failing_call(void)
{
	char want[] = "own_function+0x5/0x";

	os_fail_nth = nth;
	print(in(own_function));
	OK(!strncmp(text, want, strlen(want)) || begins(text, "test_symbols+0x"));
	nth = os_fail_nth;
}

static void each_call_may_fail(void)
{
	for (long n = 1; n < 60; n++) {
		nth = n;
		in_child(failing_call);
	}
}

TEST(errno_is_the_programs)
{
	errno = 4711;
	print(in(own_function));
	symbols_note_modules();
	symbols_prepare();
	UNIT_EQ(errno, 4711);
}

/* --- threads, fork --- */

static void *look_up(void *arg)
{
	static const char *const names[] = { "getppid", "getuid", "getgid" };

	for (int i = 0; i < 200; i++) {
		const char *name = names[i % 3];
		char line[128], want[32];

		snprintf(want, sizeof(want), "%s+0x5/0x", name);
		symbol_print(line, sizeof(line), in(dlsym(RTLD_DEFAULT, name)));
		if (strncmp(line, want, strlen(want)) && strncmp(line, "libc.so.6+0x", 12))
			return line[0] ? arg : NULL;
	}
	return NULL;
}

TEST(threads_look_up_at_once)
{
	pthread_t thread[8];
	void *bad = NULL, *any = NULL;

	for (int i = 0; i < 8; i++)
		pthread_create(&thread[i], NULL, look_up, &thread);
	for (int i = 0; i < 8; i++) {
		pthread_join(thread[i], &bad);
		any = bad ? bad : any;
	}
	OK(!any);
	OK(is_named(in(dlsym(RTLD_DEFAULT, "getuid")), "getuid", "libc.so.6"));
}

static void *prepare_for_ever(void *arg)
{
	for (;;)
		symbols_note_modules();
	return arg;
}

static u32 enough;

static void *open_often(void *arg)
{
	while (!READ_ONCE(enough))
		dlclose(dlopen(arg, RTLD_NOW));
	return arg;
}

static int forked_names(bool prepare)
{
	int status = 1;
	pid_t pid;

	if (prepare)
		symbols_fork_prepare();
	pid = fork();
	if (!pid) {
		alarm(20);
		os_tid_reset();
		symbols_fork_child();
		print(in(own_function));
		if (prepare) /* the lock is free again */
			dlclose(dlopen("libm.so.6", RTLD_NOW));
		_exit(strncmp(text, "own_function+0x5/0x", 19) ? 77 : 0);
	}
	if (prepare)
		symbols_fork_parent();
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Another thread is in dlopen: the child has a name or none, and never crashes. */
TEST(fork_in_the_middle_of_dlopen)
{
	pthread_t thread;
	int named = 0;

	os_objects_init();
	pthread_create(&thread, NULL, open_often, "libm.so.6");
	for (int i = 0; i < 40; i++) {
		int status = forked_names(false);

		OK(status == 77);
	}
	WRITE_ONCE(enough, 1);
	pthread_join(thread, NULL);
	for (int i = 0; i < 5; i++)
		named += forked_names(true) == 0;
	UNIT_EQ(named, 5);
}

TEST(forked_child_has_names)
{
	pthread_t thread;

	symbols_prepare();
	pthread_create(&thread, NULL, prepare_for_ever, NULL);
	for (int i = 0; i < 50; i++) {
		int status = 1;
		pid_t pid = fork();

		if (!pid) {
			alarm(20);
			os_tid_reset();
			symbols_fork_child();
			symbols_note_modules();
			_exit(!is_named(in(own_function), "own_function", "test_symbols"));
		}
		waitpid(pid, &status, 0);
		UNIT_EQ(status, 0);
	}
}

/* --- who else uses libelf --- */

/* Its blocks come from malloc, ours from the arena, and nobody mixes them up. */
TEST(program_shares_libelf)
{
	void *lib = dlopen("libelf.so.1", RTLD_NOW);
	unsigned int (*version)(unsigned int) = dlsym(lib, "elf_version");
	Elf *(*begin)(int, Elf_Cmd, Elf *) = dlsym(lib, "elf_begin");
	int (*end)(Elf *) = dlsym(lib, "elf_end");
	Elf_Scn *(*next)(Elf *, Elf_Scn *) = dlsym(lib, "elf_nextscn");
	Elf_Data *(*data)(Elf_Scn *, Elf_Data *) = dlsym(lib, "elf_getdata");
	int fd = open("/proc/self/exe", O_RDONLY);
	Elf_Scn *scn = NULL;
	Elf *elf;
	int n = 0;

	version(EV_CURRENT);
	elf = begin(fd, ELF_C_READ, NULL);
	OK(elf != NULL);
	OK(is_named(in(own_function), "own_function", "test_symbols"));
	while ((scn = next(elf, scn))) {
		Elf_Data *d = data(scn, NULL);

		n += d && d->d_size && d->d_buf;
		if (n == 5)
			OK(is_named(in(dlsym(RTLD_DEFAULT, "getuid")), "getuid", "libc.so.6"));
	}
	OK(n > 10);
	UNIT_EQ(end(elf), 0);
	elf = begin(fd, ELF_C_READ, NULL);
	OK(elf && !end(elf));
	OK(is_named(in(own_function), "own_function", "test_symbols"));
}

UNIT_MAIN("symbols",
	  UNIT_TEST(functions_are_named),
	  UNIT_TEST(facts_are_right),
	  UNIT_TEST(return_addresses_belong_to_the_call),
	  UNIT_TEST(no_module),
	  UNIT_TEST(without_size_nothing_is_read),
	  UNIT_TEST(short_buffers),
	  UNIT_TEST(vdso),
	  UNIT_TEST(no_load_says_module_and_build_id),
	  UNIT_TEST(sealed),
	  UNIT_TEST(prepared_and_sealed),
	  UNIT_TEST(alternate_stack_is_a_handler),
	  UNIT_TEST(held_lock_opens_nothing),
	  UNIT_TEST(loaders_lock_is_the_loaders),
	  UNIT_TEST(closed_module_keeps_its_names),
	  UNIT_TEST(reopened_module_is_the_new_one),
	  UNIT_TEST(no_descriptor_stays),
	  UNIT_TEST(closed_descriptors_stay_closed),
	  UNIT_TEST(no_descriptor_to_be_had),
	  UNIT_TEST(no_memory),
	  UNIT_TEST(each_call_may_fail),
	  UNIT_TEST(errno_is_the_programs),
	  UNIT_TEST(threads_look_up_at_once),
	  UNIT_TEST(fork_in_the_middle_of_dlopen),
	  UNIT_TEST(forked_child_has_names),
	  UNIT_TEST(program_shares_libelf));
