/*
 * thread.c - threads for core/kernel. They are libc's, since kernel code that
 * runs on them may call libc's functions; a raw clone has no thread area.
 *
 * Locks: none. Cost: only where used; a start does nothing here.
 */
#include "core/os/thread.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>

#include "core/os/files.h"
#include "core/os/os.h"

/* The kernel's ns_per_s fits long for 292 years, which is more than anybody waits. */
#define NSEC_PER_SEC 1000000000UL
#define FOREVER_NS   (1UL << 62)

struct start {
	void (*fn)(void *arg);
	void *arg;
	u32 taken; /* the new thread has read it */
};

/* What the thread itself does wrong is still the program's to handle. */
static void unblock_faults(void)
{
	static const int fault[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
	u64 mask = ~0UL;

	for (size_t i = 0; i < ARRAY_SIZE(fault); i++)
		mask &= ~(1UL << (fault[i] - 1));
	os_signals_restore(mask);
}

static void *thread_main(void *p)
{
	struct start *s = p;
	void (*fn)(void *) = s->fn;
	void *arg = s->arg;

	__atomic_store_n(&s->taken, 1, __ATOMIC_RELEASE);
	os_futex_wake(&s->taken, 1);
	unblock_faults();
	fn(arg);
	return NULL;
}

static int create(struct start *s)
{
	pthread_attr_t attr;
	pthread_t thread;
	int err = pthread_attr_init(&attr);

	if (err)
		return -err;
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	err = pthread_create(&thread, &attr, thread_main, s);
	pthread_attr_destroy(&attr);
	return -err;
}

int os_thread_start(void (*fn)(void *arg), void *arg)
{
	struct start s = { .fn = fn, .arg = arg };
	u64 mask = os_signals_block();
	int saved = errno, err = create(&s);

	while (!err && !__atomic_load_n(&s.taken, __ATOMIC_ACQUIRE))
		os_futex_wait(&s.taken, 0);
	errno = saved;
	os_signals_restore(mask);
	return err;
}

#if defined(__x86_64__) && !defined(KMEMU_SANITIZE)

#define BARE_FLAGS \
	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | \
	 CLONE_SETTLS)

/* Where compilers find what guards the stack, in the form of libc's tcbhead_t. */
static unsigned long bare_head[16];
static char bare_stack[8192] __attribute__((aligned(16)));

/* On the stack it was given the new thread goes on with fn, in a register. */
static long clone_bare(void (*fn)(void))
{
	register char *head __asm__("r8") = (char *)bare_head;
	register void (*to)(void) __asm__("r9") = fn;
	register long none __asm__("r10") = 0;
	long ret;

	__asm__ volatile("syscall\n\t"
			 "testq %%rax, %%rax\n\t"
			 "jnz 1f\n\t"
			 "xorl %%ebp, %%ebp\n\t"
			 "call *%%r9\n\t"
			 "hlt\n"
			 "1:"
			 : "=a"(ret)
			 : "0"((long)SYS_clone), "D"((long)BARE_FLAGS),
			   "S"(bare_stack + sizeof(bare_stack)), "d"(0L), "r"(none), "r"(head),
			   "r"(to)
			 : "rcx", "r11", "memory", "cc");
	return ret;
}

int os_thread_start_bare(void (*fn)(void))
{
	u64 mask = os_signals_block();
	const void *head;
	long ret;

	__asm__("movq %%fs:0, %0"
		: "=r"(head));
	__builtin_memcpy(bare_head, head, sizeof(bare_head));
	bare_head[0] = bare_head[2] = (unsigned long)bare_head;
	ret = clone_bare(fn);
	os_signals_restore(mask);
	return (int)ret;
}

#else /* where it is not written, and where sanitizers know the threads of libc only */

static void call_bare(void *fn)
{
	os_signals_block();
	((void (*)(void))fn)();
}

int os_thread_start_bare(void (*fn)(void))
{
	return os_thread_start(call_bare, (void *)fn);
}

#endif

/* libc's pthread_atfork() for no object; no header declares it. */
int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso);

void os_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void))
{
	__register_atfork(before, in_parent, in_child, NULL);
}

void os_fork_child(void (*fn)(void))
{
	os_at_fork(NULL, NULL, fn);
}

void os_thread_set_name(const char *name)
{
	os_call(SYS_prctl, PR_SET_NAME, (long)name, 0, 0, 0, 0);
}

static struct timespec timespec_of(u64 ns)
{
	ns = min(ns, FOREVER_NS);
	return (struct timespec){ .tv_sec = (time_t)(ns / NSEC_PER_SEC),
				  .tv_nsec = (long)(ns % NSEC_PER_SEC) };
}

bool os_futex_wait_ns(u32 *word, u32 value, u64 ns)
{
	struct timespec ts = timespec_of(ns);

	return os_call(SYS_futex, (long)word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, value, (long)&ts, 0,
		       0) != -ETIMEDOUT;
}

void os_sleep_ns(u64 ns)
{
	struct timespec ts = timespec_of(ns);

	while (os_call(SYS_nanosleep, (long)&ts, (long)&ts, 0, 0, 0, 0) == -EINTR)
		;
}

u64 os_monotonic_ns_bare(void)
{
	struct timespec ts = { 0, 0 };

	os_call(SYS_clock_gettime, CLOCK_MONOTONIC, (long)&ts, 0, 0, 0, 0);
	return (u64)ts.tv_sec * NSEC_PER_SEC + (u64)ts.tv_nsec;
}

u64 os_realtime_ns(void)
{
	return os_clock_ns(CLOCK_REALTIME);
}

u64 os_boottime_ns(void)
{
	return os_clock_ns(CLOCK_BOOTTIME);
}
