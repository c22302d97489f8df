// flags: -pthread -fno-builtin -Wno-free-nonheap-object -Wno-use-after-free -rdynamic
/*
 * Findings in numbers and in awkward states, named by the argument: three bugs
 * at two call sites, each several times; eight threads at once; descriptors 0
 * to 2 closed; a handler of SIGABRT that has a finding of its own; the children
 * of fork and vfork; a stack that is too deep to be unwound to its end; a
 * finding while another one is being reported; a filter that refuses most calls,
 * and one that lets nothing be opened for writing, over exec.
 * For report_trouble.sh.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include "seccomp.h"

#define THREADS 8

static char not_heap[64];
static pthread_barrier_t barrier;

__attribute__((noinline)) static void first_site(char *p)
{
	free(opaque(p));
}

__attribute__((noinline)) static void second_site(char *p)
{
	free(opaque(p));
}

static void three_bugs(void)
{
	for (int i = 0; i < 5; i++) {
		char *p = malloc(64), *q = malloc(64), *bad[] = { not_heap, p + 16 };

		first_site(bad[i % 2]); /* by ?: gcc 14 makes two ways, so two call sites */
		second_site(q);
		second_site(q);
		free(p);
	}
}

/* Each thread has functions, and so findings, of its own. */
#define SITE(n)                                                    \
	__attribute__((noinline)) static void thread_site_##n(void) \
	{                                                          \
		char *p = malloc(64);                              \
		pthread_barrier_wait(&barrier);                    \
		free(opaque(p + 16));                              \
		free(p);                                           \
	}
SITE(0)
SITE(1)
SITE(2)
SITE(3)
SITE(4)
SITE(5)
SITE(6)
SITE(7)

static void (*const thread_sites[THREADS])(void) = {
	thread_site_0, thread_site_1, thread_site_2, thread_site_3,
	thread_site_4, thread_site_5, thread_site_6, thread_site_7,
};

static void *in_thread(void *site)
{
	(*(void (*const *)(void))site)();
	return NULL;
}

static void threads(void)
{
	pthread_t thread[THREADS];

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int i = 0; i < THREADS; i++)
		CHECK(!pthread_create(&thread[i], NULL, in_thread, (void *)&thread_sites[i]));
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

static void closed(void)
{
	close(0);
	close(1);
	close(2);
	three_bugs();
}

static void at_abort(int sig)
{
	(void)sig;
	second_site(not_heap);
}

static void abort_handler(void)
{
	signal(SIGABRT, at_abort);
	first_site(not_heap);
}

static void wait_for(pid_t pid)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void children(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		first_site(not_heap);
		_exit(0);
	}
	wait_for(pid);
	pid = vfork();
	if (pid == 0) {
		second_site(not_heap);
		_exit(0);
	}
	wait_for(pid);
}

__attribute__((noinline)) static int deep(int n)
{
	if (n == 0)
		first_site(not_heap);
	else
		n = deep(n - 1) + 1;
	return *(volatile int *)&n;
}

static void recursion(void)
{
	for (int i = 0; i < 50; i++)
		CHECK(deep(1000 + i) == 1000 + i);
}

/* plugin_bad_libelf.c comes here from inside of a report. */
void report_inside(void);
static volatile int begun, inside_of_report; /* free() is a leaf to the compiler */

void report_inside(void)
{
	inside_of_report = begun;
	if (begun)
		second_site(not_heap);
}

static void inside(void)
{
	begun = 1;
	first_site(not_heap);
	begun = 0;
	if (!inside_of_report)
		printf("libelf was not opened inside\n");
	second_site(not_heap);
}

/* What a report asks of the system is refused, but for writing it. */
static void filtered(void)
{
	static const int call[] = {
		SYS_write, SYS_newfstatat, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_futex,
		SYS_exit_group, SYS_mmap, SYS_munmap, SYS_madvise,
	};

	seccomp_allow(call, sizeof(call) / sizeof(call[0]), SECCOMP_RET_ERRNO | ENOSYS);
	three_bugs();
}

/* As man does with its helpers: nothing can be opened for writing, then exec. */
static void read_only(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_WRONLY | O_RDWR, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
	CHECK(open("/dev/null", O_WRONLY) == -1 && errno == ENOSYS);
	system("exec \"$PROGRAM\" three-bugs");
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "read-only", read_only },
	{ "filtered", filtered },
	{ "inside", inside },
	{ "three-bugs", three_bugs },
	{ "threads", threads },
	{ "closed", closed },
	{ "abort-handler", abort_handler },
	{ "children", children },
	{ "recursion", recursion },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (argc < 2 || strcmp(argv[1], cases[i].name))
			continue;
		cases[i].run();
		return 0;
	}
	return 2;
}
