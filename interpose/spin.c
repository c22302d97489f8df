/*
 * spin.c - who has a pthread spinlock must not sleep (kernel:
 * include/linux/spinlock_api_smp.h: preempt_disable() in each lock).
 *
 * The raise comes behind the lock and its drop before the unlock, so that what
 * is noted is never more than what is held. A lock that is not free is asked for
 * by trylock first: a thread that holds it itself is told before it waits for
 * ever (core/check/balance.c).
 *
 * Whether a lock is free is read from its word, which POSIX does not describe;
 * pthread_spin_init() shows what free looks like.
 *
 * real_* lead to functions that look up the real ones until that is done, so
 * that with contexts off a call is one test and a jump. A caller's stack pointer
 * is the canonical frame address of the wrapper.
 *
 * Cost: off, a load, a branch and the jump. On, some 3 ns for a pair of lock and
 * unlock that takes 6.3 in libc.
 */
#include <errno.h>
#include <pthread.h>

#include "config/options.h"
#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/os/dl_next.h"
#include "core/os/os.h"
#include "interpose/calls.h"
#include "interpose/interpose.h"

typedef int (*spin_fn)(pthread_spinlock_t *lock);
typedef int (*spin_init_fn)(pthread_spinlock_t *lock, int shared);

static int first_lock(pthread_spinlock_t *lock);
static int first_trylock(pthread_spinlock_t *lock);
static int first_unlock(pthread_spinlock_t *lock);
static int first_destroy(pthread_spinlock_t *lock);
static int first_init(pthread_spinlock_t *lock, int shared);

static spin_fn real_lock = first_lock, real_trylock = first_trylock;
static spin_fn real_unlock = first_unlock, real_destroy = first_destroy;
static spin_init_fn real_init = first_init;
static int free_word;

#define CALLER	  __builtin_return_address(0)
#define CALLER_SP ((unsigned long)__builtin_dwarf_cfa())

/* --- watched --------------------------------------------------------------- */

static __noinline __cold int contended(pthread_spinlock_t *lock, const void *caller)
{
	if (!lock_may_wait(RAISE_SPIN, (const void *)lock, "pthread_spin_lock", caller))
		return EDEADLK;
	lock_order(RAISE_SPIN, (const void *)lock, 0, caller);
	return real_lock(lock);
}

/* One more spinlock is right in the kernel, and nothing is in a real-time thread. */
static __noinline __cold bool rt_may_lock(const void *caller)
{
	return call_may_sleep(ID_pthread_spin_lock, caller, NULL);
}

static __noinline int watched_trylock(pthread_spinlock_t *lock, const void *caller,
				      unsigned long sp)
{
	int ret = real_trylock(lock);

	if (!ret)
		lock_acquired(RAISE_SPIN, (const void *)lock, LOCK_TRY, caller, sp);
	return ret;
}

/* Not the newest that is raised, or nothing is. */
static __noinline __cold int odd_unlock(pthread_spinlock_t *lock, const void *caller)
{
	bool is_free = READ_ONCE(*(int *)lock) == free_word;

	if (!lock_releases(RAISE_SPIN, (const void *)lock, is_free, "pthread_spin_unlock", caller))
		return EPERM;
	return real_unlock(lock);
}

/* --- libc's names ---------------------------------------------------------- */

KMEMU_EXPORT int pthread_spin_lock(pthread_spinlock_t *lock)
{
	int ret;

	if (likely(!READ_ONCE(lock_watch)))
		return real_lock(lock);
	/* A variable of its own: registers are saved on this path alone. */
	__asm__("" : "+r"(lock));
	if (unlikely(kmemu_opts.context_calls == CALLS_RT) && !rt_may_lock(CALLER))
		return call_refused(ID_pthread_spin_lock);
	ret = real_trylock(lock);
	if (unlikely(ret))
		ret = contended(lock, CALLER);
	if (likely(!ret))
		lock_acquired(RAISE_SPIN, (const void *)lock, 0, CALLER, CALLER_SP);
	return ret;
}

KMEMU_EXPORT int pthread_spin_trylock(pthread_spinlock_t *lock)
{
	if (likely(!READ_ONCE(lock_watch)))
		return real_trylock(lock);
	return watched_trylock(lock, CALLER, CALLER_SP);
}

KMEMU_EXPORT int pthread_spin_unlock(pthread_spinlock_t *lock)
{
	if (likely(!READ_ONCE(lock_watch)))
		return real_unlock(lock);
	if (likely(context_drop_newest(RAISE_SPIN, (const void *)lock)))
		return real_unlock(lock);
	return odd_unlock(lock, CALLER);
}

KMEMU_EXPORT int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
	if (READ_ONCE(lock_watch)) {
		lock_forget((const void *)lock, "pthread_spin_init", CALLER);
		lock_class_set((const void *)lock, NULL, (const void *)lock, 0, CALLER);
	}
	return real_init(lock, shared);
}

KMEMU_EXPORT int pthread_spin_destroy(pthread_spinlock_t *lock)
{
	if (READ_ONCE(lock_watch))
		lock_forget((const void *)lock, "pthread_spin_destroy", CALLER);
	return real_destroy(lock);
}

/* --- start ----------------------------------------------------------------- */

/* A libc without the function: the call fails as one that is not there. */
static int no_spin(pthread_spinlock_t *lock)
{
	(void)lock;
	return ENOSYS;
}

static spin_fn find(const char *name)
{
	void *fn = os_dl_next(name);

	return fn ? (spin_fn)fn : no_spin;
}

void spin_resolve(void)
{
	spin_init_fn init = (spin_init_fn)(void *)find("pthread_spin_init");
	pthread_spinlock_t lock = 0;

	init(&lock, PTHREAD_PROCESS_PRIVATE);
	free_word = *(int *)&lock;
	WRITE_ONCE(real_init, init);
	WRITE_ONCE(real_lock, find("pthread_spin_lock"));
	WRITE_ONCE(real_trylock, find("pthread_spin_trylock"));
	WRITE_ONCE(real_unlock, find("pthread_spin_unlock"));
	WRITE_ONCE(real_destroy, find("pthread_spin_destroy"));
}

/* A constructor earlier than ours: options are read, so that it is seen. */
static __noinline __cold void start_early(void)
{
	int saved = errno;

	spin_resolve();
	kmemu_options_init();
	errno = saved;
}

static int first_lock(pthread_spinlock_t *lock)
{
	start_early();
	return real_lock(lock);
}

static int first_trylock(pthread_spinlock_t *lock)
{
	start_early();
	return real_trylock(lock);
}

static int first_unlock(pthread_spinlock_t *lock)
{
	start_early();
	return real_unlock(lock);
}

static int first_destroy(pthread_spinlock_t *lock)
{
	start_early();
	return real_destroy(lock);
}

static int first_init(pthread_spinlock_t *lock, int shared)
{
	start_early();
	return real_init(lock, shared);
}
