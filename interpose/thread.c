/*
 * thread.c - a thread ends (kernel: kernel/exit.c do_exit, which asks
 * debug_check_no_locks_held()).
 *
 * A thread may return, call pthread_exit or thrd_exit, or be cancelled. libc
 * then calls the destructors of thread-specific data, in rounds, as others'
 * destructors may still use locks: the last round is ours. The key is made by
 * the constructor and has a slot in the thread's own memory, so that a first
 * raise in a signal handler can set it without an allocation; if more than 32
 * keys were there before, ends of threads are not told.
 *
 * The contexts of threads that end otherwise (a raw clone's) are found to be
 * nobody's when others are needed (core/lib/preempt.c). The main thread's end by
 * exit() is seen by exit.c.
 *
 * Cost: a thread that raises nothing pays nothing; else some 100 ns at its end.
 */
#include <limits.h>
#include <pthread.h>

#include "core/check/context.h"
#include "core/check/lock.h"
#include "interpose/interpose.h"

#define KEYS_IN_THREAD 32 /* glibc: PTHREAD_KEY_2NDLEVEL_SIZE */

static pthread_key_t key;

static void begins(void)
{
	pthread_setspecific(key, (void *)1);
}

static void ends(void *value)
{
	unsigned long round = (unsigned long)value;

	if (round < PTHREAD_DESTRUCTOR_ITERATIONS && !pthread_setspecific(key, (void *)(round + 1)))
		return;
	lock_thread_end();
	context_thread_exit();
}

void thread_start(void)
{
	if (!context_armed || pthread_key_create(&key, ends))
		return;
	if (key < KEYS_IN_THREAD)
		context_thread_begins = begins;
	else
		pthread_key_delete(key);
}
