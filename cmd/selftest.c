/*
 * selftest.c - `kmemu selftest`: do interception and each check work here, on
 * this machine, with this libc and kernel? The kernel has KUnit for its own
 * (kfence_test.c); here the question is the user's: would a bug have been seen?
 *
 * The command runs itself under the preload, once for each kind of bug, and
 * commits exactly that one (`kmemu selftest --child NAME`). What is judged is
 * what a user would get: the event stream. A trial is good when the child ends
 * as it should, its events are exactly the expected kind, once, and nothing
 * says that it was not looked at. The trials named "silence" must find nothing,
 * so that a check which always cries is seen too.
 *
 * The child tells by its exit status what only it can see: 0 all as expected,
 * CHILD_NOT_OURS malloc is not kmemu's, CHILD_WRONG the call did not do what
 * the policy says.
 */
#include "cmd/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/mm/mm.h"
#include "core/os/percpu.h"

#define CHILD_NOT_OURS 40
#define CHILD_WRONG 41

/* Keeps the compiler from knowing what a pointer is, and from warning. */
static void *opaque(void *p)
{
	__asm__ volatile("" : "+r"(p) : : "memory");
	return p;
}

static int wrong_unless(bool right)
{
	return right ? 0 : CHILD_WRONG;
}

/* --- what the children do -------------------------------------------------- */

static int child_interception(void)
{
	void *p = malloc(100);
	bool ours = in_direct_map(p) && !in_direct_map(&p);

	free(p);
	return ours ? 0 : CHILD_NOT_OURS;
}

static int child_silence(void)
{
	char *p = opaque(malloc(100)), *q = opaque(calloc(10, 1000));

	p = opaque(realloc(p, 200000));
	if (!p || !q)
		return CHILD_WRONG;
	memset(p, 1, 200000);
	free(q);
	free(p);
	free(opaque(NULL));
	return 0;
}

static int child_double_free(void)
{
	void *p = malloc(64), *q = opaque(p);

	free(p);
	free(q);
	return 0;
}

static int child_invalid_free(void)
{
	char *p = malloc(64);

	free(opaque(p + 16));
	free(p);
	return 0;
}

static int child_free_of_free(void)
{
	char *p = malloc(1 << 20), *q = opaque(p + 8192);

	free(p);
	free(q);
	return 0;
}

static int child_foreign_free(void)
{
	int local = 0;

	free(opaque(&local));
	return 0;
}

static int child_refused(void)
{
	void *p = malloc(64), *again = opaque(p), *q;

	free(p);
	errno = 0;
	q = opaque(realloc(again, 100));
	return wrong_unless(!q && errno == ENOMEM);
}

static int child_large(void)
{
	void *p = opaque(malloc(200000));
	bool served = p != NULL;

	free(p);
	return wrong_unless(served);
}

static int child_large_refused(void)
{
	void *p = opaque(malloc(200000));

	return wrong_unless(!p && errno == ENOMEM);
}

/* mem=64M: blocks of 64 KiB until there is no more. */
static int child_page_allocation(void)
{
	static void *blocks[4096];
	size_t n = 0;

	while (n < ARRAY_SIZE(blocks) && (blocks[n] = malloc(64 << 10)))
		n++;
	for (size_t i = 0; i < n; i++)
		free(blocks[i]);
	return wrong_unless(n > 0 && n < ARRAY_SIZE(blocks));
}

static int child_children(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		exit(child_double_free());
	return wrong_unless(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

/* --- contexts --- */

static void *volatile kept;
static pthread_spinlock_t spinlock;

static void allocates(int signo)
{
	(void)signo;
	kept = malloc(100);
}

static void locks(int signo)
{
	(void)signo;
	pthread_spin_lock(&spinlock);
	pthread_spin_unlock(&spinlock);
}

static int interrupt(void (*handler)(int))
{
	return signal(SIGALRM, handler) == SIG_ERR || raise(SIGALRM);
}

static int child_handler(void)
{
	bool failed = interrupt(allocates);

	free(kept);
	return wrong_unless(!failed && kept);
}

static int child_handler_refused(void)
{
	return wrong_unless(!interrupt(allocates) && !kept);
}

static int child_vmalloc(void)
{
	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	pthread_spin_lock(&spinlock);
	kept = malloc(200000);
	pthread_spin_unlock(&spinlock);
	free(kept);
	return 0;
}

static int child_vfree(void)
{
	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	kept = malloc(200000);
	pthread_spin_lock(&spinlock);
	free(kept);
	pthread_spin_unlock(&spinlock);
	return 0;
}

static int child_blocking(void)
{
	struct stat st;

	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	pthread_spin_lock(&spinlock);
	stat("/", &st);
	pthread_spin_unlock(&spinlock);
	return 0;
}

static int child_waiting(void)
{
	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	pthread_spin_lock(&spinlock);
	usleep(1);
	pthread_spin_unlock(&spinlock);
	return 0;
}

static int child_irqlock(void)
{
	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	if (interrupt(locks))
		return CHILD_WRONG;
	locks(0); /* the signal may come here */
	return 0;
}

static int child_unlock(void)
{
	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	locks(0);
	pthread_spin_unlock(&spinlock);
	return 0;
}

static int child_order(void)
{
	pthread_spinlock_t other;

	pthread_spin_init(&spinlock, PTHREAD_PROCESS_PRIVATE);
	pthread_spin_init(&other, PTHREAD_PROCESS_PRIVATE);
	for (int turn = 0; turn < 2; turn++) {
		pthread_spin_lock(turn ? &other : &spinlock);
		pthread_spin_lock(turn ? &spinlock : &other);
		pthread_spin_unlock(turn ? &spinlock : &other);
		pthread_spin_unlock(turn ? &other : &spinlock);
	}
	return 0;
}

/* --- the trials ------------------------------------------------------------ */

static const struct trial {
	const char *name;
	const char *shows; /* what it is good for */
	const char *words; /* options */
	const char *kind; /* slug of the one kind of report, NULL: none */
	unsigned int processes;
	int (*child)(void);
} trials[] = {
	{ "interception", "malloc is kmemu's", "", NULL, 1, child_interception },
	{ "silence", "a correct program is found clean", "", NULL, 1, child_silence },
	{ "double-free", "", "", "double-free", 1, child_double_free },
	{ "invalid-free", "", "", "invalid-free", 1, child_invalid_free },
	{ "free-of-free-memory", "", "", "free-of-free-memory", 1, child_free_of_free },
	{ "foreign-free", "", "", "foreign-free", 1, child_foreign_free },
	{ "refusal", "invalid_free=fail: realloc fails", "invalid_free=fail", "double-free", 1,
	  child_refused },
	{ "large", "large=warn: reported and served", "large=warn", "large", 1, child_large },
	{ "large-refusal", "large=fail: reported and refused", "large=fail", "large", 1,
	  child_large_refused },
	{ "page-alloc-failure", "mem=64M: memory is used up", "mem=64M", "page-alloc-failure", 1,
	  child_page_allocation },
	{ "sleep-in-atomic", "malloc in a handler", "", "sleep-in-atomic", 1, child_handler },
	{ "atomic-refusal", "context=fail: refused", "context=fail", "sleep-in-atomic", 1,
	  child_handler_refused },
	{ "vmalloc-in-atomic", "a large malloc under a spinlock", "", "vmalloc-in-atomic", 1,
	  child_vmalloc },
	{ "vfree-in-atomic", "", "", "vfree-in-atomic", 1, child_vfree },
	{ "blocking-call", "stat under a spinlock", "", "blocking-call", 1, child_blocking },
	{ "scheduling-while-atomic", "", "", "scheduling-while-atomic", 1, child_waiting },
	{ "inconsistent-lock", "a handler's lock, taken elsewhere", "", "inconsistent-lock-state",
	  1, child_irqlock },
	{ "spinlock-unlock", "released twice", "", "spinlock-unlock", 1, child_unlock },
	{ "circular-locking", "two spinlocks in both orders", "", "circular-locking", 1,
	  child_order },
	{ "children", "a bug in a fork child", "", "double-free", 2, child_children },
};

struct outcome {
	int status; /* as waitpid tells it; -1: not started */
	unsigned int starts, unchecked;
	unsigned long reports, others; /* of the kind wanted, of others */
	char reason[64]; /* of the first unchecked */
	bool symbols; /* some frame has a function's name */
};

/* --- reading what a child left --------------------------------------------- */

static bool has_symbols(const json_t *event)
{
	const json_t *here = json_object_get(json_object_get(event, "stacks"), "here");
	const json_t *frame;
	size_t i;

	json_array_foreach(here, i, frame) {
		if (json_is_string(json_object_get(frame, "function")))
			return true;
	}
	return false;
}

static void read_kinds(struct outcome *o, const json_t *kinds, const char *wanted)
{
	const char *slug;
	json_t *kind;

	json_object_foreach((json_t *)kinds, slug, kind) {
		unsigned long n = (unsigned long)json_integer_value(
			json_object_get(kind, "reports"));

		/* What is only counted is no other bug. */
		if (wanted && !strcmp(slug, wanted))
			o->reports += n;
		else if (json_integer_value(json_object_get(kind, "findings")))
			o->others += n;
	}
}

static void read_event(struct outcome *o, const json_t *event, const char *wanted)
{
	const char *name = json_string_value(json_object_get(event, "event"));
	const char *reason = json_string_value(json_object_get(event, "reason"));

	if (!name)
		return;
	if (!strcmp(name, "start")) {
		o->starts++;
	} else if (!strcmp(name, "unchecked")) {
		if (!o->unchecked++)
			snprintf(o->reason, sizeof(o->reason), "%s", reason ? reason : "?");
	} else if (!strcmp(name, "finding")) {
		o->symbols |= has_symbols(event);
	} else if (!strcmp(name, "end")) {
		read_kinds(o, json_object_get(event, "kinds"), wanted);
	}
}

static void read_events(struct outcome *o, const char *path, const char *wanted)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	while (f && getline(&line, &size, f) > 0) {
		json_t *event = json_loads(line, 0, NULL);

		read_event(o, event, wanted);
		json_decref(event);
	}
	free(line);
	if (f)
		fclose(f);
}

/* --- running one ----------------------------------------------------------- */

/* Nothing of the user's settings may decide what is found. */
static void clear_settings(void)
{
	char **at = environ;

	while (*at) {
		char *name = strndup(*at, strcspn(*at, "="));

		if (name && !strncmp(name, "KMEMU_", 6) && !unsetenv(name))
			at = environ; /* they have moved */
		else
			at++;
		free(name);
	}
}

static void set_environment(const struct trial *t, const char *library, const char *directory)
{
	char *words = xasprintf("profile=audit verdict=0 log=%s/log json=%s/events %s", directory,
				directory, t->words);

	clear_settings();
	setenv("KMEMU_OPTIONS", words, 1);
	setenv("LD_PRELOAD", library, 1);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	free(words);
}

static struct outcome run_trial(const struct trial *t, const char *library, const char *directory)
{
	struct outcome o = { .status = -1 };
	char *events = xasprintf("%s/events", directory);
	pid_t pid = fork();

	if (pid == 0) {
		set_environment(t, library, directory);
		execl("/proc/self/exe", "kmemu", "selftest", "--child", t->name, (char *)NULL);
		_exit(EXIT_CANNOT_RUN);
	}
	if (pid > 0)
		waitpid(pid, &o.status, 0);
	read_events(&o, events, t->kind);
	unlink(events);
	free(events);
	return o;
}

/* What is wrong, in words to be freed; NULL: nothing. */
static char *judge(const struct trial *t, const struct outcome *o)
{
	if (o->status == -1)
		return xasprintf("the child could not be started: %s", strerror(errno));
	if (WIFSIGNALED(o->status))
		return xasprintf("the child was killed by signal %d", WTERMSIG(o->status));
	if (!o->starts)
		return xstrdup("no event: the library was not loaded");
	if (WEXITSTATUS(o->status) == CHILD_NOT_OURS)
		return xstrdup("malloc is not kmemu's");
	if (WEXITSTATUS(o->status) == CHILD_WRONG)
		return xstrdup("the call did not end as the policy says");
	if (WEXITSTATUS(o->status))
		return xasprintf("the child ended with status %d", WEXITSTATUS(o->status));
	if (o->unchecked)
		return xasprintf("not looked at: %s", o->reason);
	if (o->starts != t->processes)
		return xasprintf("%u processes seen, not %u", o->starts, t->processes);
	if (t->kind && !o->reports)
		return xasprintf("no report of kind %s", t->kind);
	if (o->others)
		return xasprintf("%lu other reports", o->others);
	return NULL;
}

static void print_line(const struct trial *t, const struct outcome *o, const char *wrong)
{
	printf("%s%-6s%s  %-20s %s%s%s\n", colour(stdout, wrong ? COLOUR_RED : COLOUR_GREEN),
	       wrong ? "FAILED" : "ok", colour(stdout, COLOUR_NONE), t->name,
	       wrong ? wrong : t->shows, !wrong && t->kind && !t->shows[0] ? "reported" : "",
	       !wrong && o->symbols ? ", with names of functions" : "");
}

/* --- the command ----------------------------------------------------------- */

static int usage(FILE *f, int status)
{
	fputs("usage: kmemu selftest\n\n"
	      "Proves on this machine that kmemu is in the programs that it runs, and that\n"
	      "each check finds what it is for: runs itself with one bug after the other and\n"
	      "looks at the events. A line for each; status 0, or 1 if one FAILED.\n",
	      f);
	return status;
}

static int run_child(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(trials); i++)
		if (!strcmp(trials[i].name, name))
			return trials[i].child();
	return EXIT_KMEMU;
}

/* Asked of the copy of the heap that this command carries; nobody else uses it. */
static const char *percpu_way(void)
{
	percpu_init(false);
	return percpu_uses_rseq() ? "restartable sequences" : "guarded, no restartable sequences";
}

static unsigned int run_trials(const char *library, const char *directory)
{
	unsigned int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(trials); i++) {
		struct outcome o = run_trial(&trials[i], library, directory);
		char *wrong = judge(&trials[i], &o);

		print_line(&trials[i], &o, wrong);
		fflush(stdout);
		failed += wrong != NULL;
		free(wrong);
	}
	return failed;
}

static int selftest(void)
{
	const char *library = library_path(), *tmp = getenv("TMPDIR");
	char *directory = xasprintf("%s/kmemu-selftest-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
	char *log;
	unsigned int failed;

	if (!library)
		die("libkmemu.so was not found beside this command or in ../lib");
	if (!mkdtemp(directory))
		die("%s: %s; TMPDIR names another place", directory, strerror(errno));
	printf("kmemu %s\nlibrary: %s\nper-CPU caches: %s\n", KMEMU_VERSION, library, percpu_way());
	fflush(stdout);
	failed = run_trials(library, directory);
	log = xasprintf("%s/log", directory);
	unlink(log);
	free(log);
	rmdir(directory);
	free(directory);
	if (failed)
		printf("selftest: %u of %zu FAILED\n", failed, ARRAY_SIZE(trials));
	else
		printf("selftest: all %zu ok\n", ARRAY_SIZE(trials));
	return failed ? 1 : 0;
}

int cmd_selftest(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "child", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, ":h", longopts, NULL)) != -1) {
		if (c == 'c')
			return run_child(optarg);
		if (c == 'h')
			return usage(stdout, 0);
		return bad_option("selftest", argv, c, longopts);
	}
	if (optind < argc) {
		say("selftest: %s: takes no arguments; see kmemu selftest --help", argv[optind]);
		return EXIT_KMEMU;
	}
	return selftest();
}
