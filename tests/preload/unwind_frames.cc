// flags: -rdynamic -fomit-frame-pointer
// SPDX-License-Identifier: MIT
/*
 * unwind_frames.sh: frees a block twice, at the end of a stack of a shape that
 * is asked for. Before, it writes what glibc's backtrace() says of this stack:
 * one line a frame, offset in its module and function, "interrupted" behind the
 * frame that a signal stopped.
 */
#include <dlfcn.h>
#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include "check.h"

static void *volatile block;
static volatile int done, sink;

/* Frames between the handler and what it interrupted: the one of rt_sigreturn. */
static bool is_sigreturn(void *pc)
{
	return !memcmp(pc, "\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 9);
}

/* That of malloc(), whose frames a report leaves out: qsort may be interrupted in free(). */
static const void *allocator;

/* False: no frame of a report. mark: the handler's frames end before it. */
static bool print_frame(const char *pc, bool interrupted, bool mark)
{
	Dl_info info;

	CHECK(dladdr(pc - !interrupted, &info));
	if (info.dli_fbase == allocator)
		return false;
	printf("0x%lx %s%s\n",
	       (unsigned long)(pc + interrupted - (const char *)info.dli_fbase),
	       info.dli_sname ? info.dli_sname : "?", mark ? " interrupted" : "");
	return true;
}

extern "C" __attribute__((noinline)) void free_twice(void)
{
	void *pc[64];
	int n = backtrace(pc, 64);
	bool interrupted = false, mark = false;

	CHECK(n > 3);
	/* this function's own frame is elsewhere by the time of the second free */
	for (int i = 1; i < n; i++) {
		if (is_sigreturn(pc[i])) {
			interrupted = mark = true;
			continue;
		}
		if (print_frame((const char *)pc[i], interrupted, mark))
			mark = false;
		interrupted = false;
	}
	fflush(stdout);
	free(block);
	free(opaque(block));
	done = 1;
}

extern "C" void on_signal(int)
{
	free_twice();
	sink++;
}

extern "C" __attribute__((noinline)) void interrupted_work(void)
{
	raise(SIGUSR1);
	sink++;
}

static void use_handler(int sig, int flags)
{
	struct sigaction action = {};

	action.sa_handler = on_signal;
	action.sa_flags = flags | (int)SA_RESETHAND;
	CHECK(sigaction(sig, &action, NULL) == 0);
}

static void handler_case(void)
{
	use_handler(SIGUSR1, 0);
	interrupted_work();
}

static void small_stack_case(void)
{
	static char stack[16 << 10] __attribute__((aligned(16)));
	stack_t alternate = {};

	alternate.ss_sp = stack;
	alternate.ss_size = sizeof(stack);
	CHECK(sigaltstack(&alternate, NULL) == 0);
	use_handler(SIGUSR1, SA_ONSTACK);
	interrupted_work();
}

/* Interrupted anywhere, in the sort's code, the comparison's or the allocator's. */
static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

extern "C" __attribute__((noinline)) void sort_until_interrupted(void)
{
	static int v[200]; /* sorted without malloc */

	while (!done) {
		for (int &x : v)
			x = rand();
		qsort(v, 200, sizeof(int), compare);
	}
	sink++;
}

static void timer_case(void)
{
	struct itimerval timer = {};

	use_handler(SIGPROF, 0);
	timer.it_value.tv_usec = 5000;
	CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
	sort_until_interrupted();
}

static void *thread_body(void *arg)
{
	std::sort((int *)arg, (int *)arg + 2, [](int a, int b) {
		if (!done)
			free_twice();
		return a < b;
	});
	sink++;
	return arg;
}

static void thread_case(void)
{
	static int v[2] = { 2, 1 };
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, thread_body, v) == 0);
	pthread_join(thread, NULL);
}

/* C++: virtual and type-erased calls, no exception thrown. */
struct shape {
	virtual ~shape() = default;
	virtual void draw(const std::function<void()> &f) = 0;
};

struct circle : shape {
	std::string name = "a circle whose name is kept elsewhere";

	void draw(const std::function<void()> &f) override
	{
		std::unique_ptr<int> guard(new int(1));

		f();
		sink += *guard;
	}
};

static void cxx_case(void)
{
	std::unique_ptr<shape> s(new circle);

	s->draw([] {
		free_twice();
		sink++;
	});
}

/* Frames whose size is known at run time only. */
extern "C" __attribute__((noinline)) void with_alloca(int n)
{
	char *p = (char *)__builtin_alloca((size_t)n * 100 + 16);

	memset(p, n, 16);
	if (n)
		with_alloca(n - 1);
	else
		free_twice();
	sink += p[3];
}

static void alloca_case(void)
{
	with_alloca(8);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} cases[] = { { "handler", handler_case }, { "small_stack", small_stack_case },
		      { "timer", timer_case },	   { "thread", thread_case },
		      { "cxx", cxx_case },	   { "alloca", alloca_case } };
	void *warm[4];
	Dl_info info;

	CHECK(argc == 2);
	CHECK(dladdr(dlsym(RTLD_DEFAULT, "malloc"), &info));
	allocator = info.dli_fbase;
	block = malloc(100);
	backtrace(warm, 4); /* loads libgcc, not in a handler */
	for (auto &c : cases)
		if (!strcmp(c.name, argv[1]))
			c.run();
	CHECK(done);
	return 0;
}
