/*
 * thread.h - threads, waits with an end, and the clock of the day, for
 * core/kernel (kernel: what arch/ and kernel/fork.c do for kernel_thread()).
 *
 * As in os.h: verbs return 0 or -errno, errno is kept. os_thread_start() takes
 * memory by libc's malloc and is for no signal handler.
 */
#pragma once

#include "core/os/compiler.h"

/*
 * A detached thread that runs fn(arg), with all signals blocked but faults: the
 * program's handlers run on the program's threads. 0 or -errno.
 */
int os_thread_start(void (*fn)(void *arg), void *arg);
/*
 * One thread that libc does not know, so that it keeps no process alive whose own
 * threads have ended, and takes nothing from the heap. fn never returns; it calls
 * nothing of libc's, but os_call() and what is marked here as bare. In the child of a
 * fork it may be started again. Its number, 0: not known, or -errno.
 */
int os_thread_start_bare(void (*fn)(void));
u64 os_monotonic_ns_bare(void);
/* pthread_atfork() for no object: before in the reverse order of registration, the others in it. */
void os_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void));
/* fn is called in each child of a fork, behind what was registered before. */
void os_fork_child(void (*fn)(void));
/* The calling thread's name, cut at 15 bytes. */
void os_thread_set_name(const char *name);

/* Waits while *word is value, ns at the most; false: the time was up. */
bool os_futex_wait_ns(u32 *word, u32 value, u64 ns);
/* Sleeps on, whatever signals come. */
void os_sleep_ns(u64 ns); /* bare */

u64 os_realtime_ns(void);
u64 os_boottime_ns(void);

/* All that was stored before is seen by others before what is read behind (kernel: smp_mb). */
static __always_inline void os_smp_mb(void)
{
	__sync_synchronize();
}
