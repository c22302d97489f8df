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

static u64 read_clock(clockid_t clock)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(clock, &ts);
	return (u64)ts.tv_sec * NSEC_PER_SEC + (u64)ts.tv_nsec;
}

u64 os_realtime_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

u64 os_boottime_ns(void)
{
	return read_clock(CLOCK_BOOTTIME);
}
