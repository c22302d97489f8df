/*
 * locks.c - mutexes and rwlocks (kernel: mutex_lock() may sleep, spin_lock() and
 * read_lock() may not, and who has one must not).
 *
 * For the kernel a pthread mutex is a mutex: to wait for one is a call that may
 * sleep, to have one forbids nothing. Code that will become kernel code may mean
 * a spinlock by it: context.locks=spin+mutex, or spin+mutex+rwlock. Such a lock
 * is then raised as interpose/spin.c does it, by a call that returned success
 * (or EOWNERDEAD, with which a robust mutex is taken too), and to wait for it is
 * no call that sleeps. A recursive one is raised each time.
 *
 * What libc answers stays libc's: who unlocks an error-checking, recursive or
 * robust mutex of somebody else's is told EPERM by it, and nothing is told here.
 *
 * pthread_cond_wait() releases the mutex inside; its raise stays, and the judge
 * of the call leaves it out (core/check/calls.c).
 *
 * libc's own names with two underscores are there for old programs.
 *
 * Cost: off, and with context= where nothing is raised, a load or two, a branch
 * and the jump.
 */
#include <errno.h>
#include <pthread.h>
#include <threads.h>
#include <time.h>

#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/os/dl.h"
#include "core/os/dl_next.h"
#include "core/os/os.h"
#include "interpose/calls.h"
#include "interpose/interpose.h"

#define CALLER	  __builtin_return_address(0)
#define CALLER_SP ((unsigned long)__builtin_dwarf_cfa())

#define UNPAREN(...) __VA_ARGS__

/* --- what is done around the real calls ------------------------------------ */

static bool counts(enum raise_kind kind)
{
	return kind == RAISE_MUTEX ? lock_mutexes : lock_rwlocks;
}

/* The loader's, which we hold over a fork, say: its child would be atomic for ever. */
static bool is_ours(const void *caller)
{
	return os_dl_is_own_code(caller);
}

/* A thread that waits for it while it has it waits for ever. */
static bool waits_for_itself(enum raise_kind kind, const void *lock, unsigned int how)
{
	if (how & (LOCK_TRY | LOCK_READ))
		return false;
	return kind == RAISE_RWLOCK ||
	       (((const pthread_mutex_t *)lock)->__data.__kind & 3) % 3 == PTHREAD_MUTEX_NORMAL;
}

/* A lock that does not count is a call as others are. False: *ret is the answer. */
static bool may_call(enum call_id id, const void *caller, int *ret)
{
	bool may = call_may_sleep(id, caller, NULL);

	if (!may)
		*ret = call_refused(id);
	return may;
}

static __noinline bool may_take(enum call_id id, enum raise_kind kind, const void *lock,
				unsigned int how, const void *caller, int *ret)
{
	if (!counts(kind))
		return may_call(id, caller, ret);
	*ret = EDEADLK;
	if (!(how & (LOCK_TRY | LOCK_TIMED)) && !is_ours(caller))
		lock_order(kind, lock, how, caller);
	return !waits_for_itself(kind, lock, how) ||
	       lock_may_wait(kind, lock, call_name(id), caller);
}

static __noinline void taken(enum raise_kind kind, const void *lock, unsigned int how, int ret,
			     const void *caller, unsigned long sp)
{
	if ((!ret || ret == EOWNERDEAD) && counts(kind) && !is_ours(caller))
		lock_acquired(kind, lock, how, caller, sp);
}

/* Nobody has it; of a rwlock that is not known. */
static bool is_free(enum raise_kind kind, const void *lock)
{
	return kind == RAISE_MUTEX && !READ_ONCE(((const pthread_mutex_t *)lock)->__data.__lock);
}

/* libc asks who unlocks: nothing that is wrong happens. */
static bool is_asked(enum raise_kind kind, const void *lock)
{
	int type = kind == RAISE_MUTEX ? ((const pthread_mutex_t *)lock)->__data.__kind & 0x7f : 0;

	return type != PTHREAD_MUTEX_NORMAL && type != PTHREAD_MUTEX_ADAPTIVE_NP;
}

static __noinline bool may_release(enum call_id id, enum raise_kind kind, const void *lock,
				   const void *caller, int *ret)
{
	if (!counts(kind))
		return may_call(id, caller, ret);
	*ret = EPERM;
	return is_ours(caller) || context_drop_lock(kind, lock) || is_asked(kind, lock) ||
	       __lock_releases(kind, lock, is_free(kind, lock), call_name(id), caller);
}

static __noinline void forget(enum raise_kind kind, const void *lock, const char *func,
			      const void *caller)
{
	if (counts(kind))
		lock_forget(lock, func, caller);
}

/* A class of its own. */
static __noinline void set_up(enum raise_kind kind, const void *lock, const char *func,
			      const void *caller)
{
	forget(kind, lock, func, caller);
	if (counts(kind))
		lock_class_set(lock, NULL, lock, 0, caller);
}

static __always_inline bool is_watched(void)
{
	return unlikely(context_hint | READ_ONCE(context_always) | READ_ONCE(lock_others));
}

/* --- the calls ------------------------------------------------------------- */

#define MUTEX  pthread_mutex_t *lock
#define MTX    mtx_t *lock
#define RWLOCK pthread_rwlock_t *lock
#define TIME   const struct timespec *restrict t

/* By default libc's readers do not wait for a writer that waits. */
#define READER (LOCK_READ | LOCK_RECURSIVE)

/* X(name, kind, how, (parameters), (arguments)) */
#define TAKES(X)                                                                                   \
	X(pthread_mutex_lock, MUTEX, 0, (MUTEX), (lock))                                           \
	X(pthread_mutex_trylock, MUTEX, LOCK_TRY, (MUTEX), (lock))                                 \
	X(pthread_mutex_timedlock, MUTEX, LOCK_TIMED,                                              \
	  (pthread_mutex_t *restrict lock, TIME), (lock, t))                                       \
	X(pthread_mutex_clocklock, MUTEX, LOCK_TIMED,                                              \
	  (pthread_mutex_t *restrict lock, clockid_t clock, TIME), (lock, clock, t))               \
	X(mtx_lock, MUTEX, 0, (MTX), (lock))                                                       \
	X(mtx_trylock, MUTEX, LOCK_TRY, (MTX), (lock))                                             \
	X(mtx_timedlock, MUTEX, LOCK_TIMED, (mtx_t *restrict lock, TIME), (lock, t))               \
	X(pthread_rwlock_rdlock, RWLOCK, READER, (RWLOCK), (lock))                                 \
	X(pthread_rwlock_tryrdlock, RWLOCK, READER | LOCK_TRY, (RWLOCK), (lock))                   \
	X(pthread_rwlock_timedrdlock, RWLOCK, READER | LOCK_TIMED,                                 \
	  (pthread_rwlock_t *restrict lock, TIME),                                                 \
	  (lock, t))                                                                               \
	X(pthread_rwlock_clockrdlock, RWLOCK, READER | LOCK_TIMED,                                 \
	  (pthread_rwlock_t *restrict lock, clockid_t clock, TIME), (lock, clock, t))              \
	X(pthread_rwlock_wrlock, RWLOCK, 0, (RWLOCK), (lock))                                      \
	X(pthread_rwlock_trywrlock, RWLOCK, LOCK_TRY, (RWLOCK), (lock))                            \
	X(pthread_rwlock_timedwrlock, RWLOCK, LOCK_TIMED,                                          \
	  (pthread_rwlock_t *restrict lock, TIME),                                                 \
	  (lock, t))                                                                               \
	X(pthread_rwlock_clockwrlock, RWLOCK, LOCK_TIMED,                                          \
	  (pthread_rwlock_t *restrict lock, clockid_t clock, TIME), (lock, clock, t))

/* X(name, kind, (parameter), (argument)) */
#define RELEASES(X)                                                                                \
	X(pthread_mutex_unlock, MUTEX, (MUTEX), (lock))                                            \
	X(mtx_unlock, MUTEX, (MTX), (lock))                                                        \
	X(pthread_rwlock_unlock, RWLOCK, (RWLOCK), (lock))

/* Set up, before and after; X(type, name, kind, what, (parameters), (arguments)) */
#define SET_UPS(X)                                                                                 \
	X(int, pthread_mutex_init, MUTEX, set_up,                                                  \
	  (pthread_mutex_t *restrict lock, const pthread_mutexattr_t *restrict attr),              \
	  (lock, attr))                                                                            \
	X(int, pthread_rwlock_init, RWLOCK, set_up,                                                \
	  (pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attr),            \
	  (lock, attr))                                                                            \
	X(int, mtx_init, MUTEX, set_up, (mtx_t *lock, int type), (lock, type))                     \
	X(int, pthread_mutex_destroy, MUTEX, forget, (MUTEX), (lock))                              \
	X(int, pthread_rwlock_destroy, RWLOCK, forget, (RWLOCK), (lock))

/* The real ones, at first functions that look them up. */
#define DECLARE_REAL(name, params, args)             \
	static int first_##name params;              \
	static int(*real_##name) params = first_##name;
#define DECLARE_TAKE(name, kind, how, params, args) DECLARE_REAL(name, params, args)
#define DECLARE_RELEASE(name, kind, params, args)   DECLARE_REAL(name, params, args)
#define DECLARE_SET_UP(type, name, kind, what, params, args) DECLARE_REAL(name, params, args)
TAKES(DECLARE_TAKE)
RELEASES(DECLARE_RELEASE)
SET_UPS(DECLARE_SET_UP)

static const struct lock_call {
	const char *name;
	void *real; /* address of the pointer to the function */
} calls[] = {
#define ROW_TAKE(name, kind, how, params, args)	   { #name, &real_##name },
#define ROW_RELEASE(name, kind, params, args)	   { #name, &real_##name },
#define ROW_SET_UP(type, name, kind, what, params, args) { #name, &real_##name },
	TAKES(ROW_TAKE) RELEASES(ROW_RELEASE) SET_UPS(ROW_SET_UP)
};

static int no_such_lock(void)
{
	return ENOSYS;
}

void locks_resolve(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		void *fn = os_dl_next(calls[i].name);

		__atomic_store_n((void **)calls[i].real, fn ? fn : (void *)no_such_lock,
				 __ATOMIC_RELAXED);
	}
}

static __noinline __cold void start_early(void)
{
	int saved = errno;

	locks_resolve();
	errno = saved;
}

#define DEFINE_FIRST(name, params, args)  \
	static int first_##name params    \
	{                                 \
		start_early();            \
		return real_##name args;  \
	}

#define DEFINE_TAKE(name, kind, how, params, args)                                             \
	DEFINE_FIRST(name, params, args)                                                       \
	static __noinline int watched_##name(UNPAREN params, const void *caller,               \
					     unsigned long sp)                                 \
	{                                                                                      \
		int ret;                                                                       \
                                                                                               \
		if (!may_take(ID_##name, RAISE_##kind, lock, how, caller, &ret))               \
			return ret;                                                            \
		ret = real_##name args;                                                        \
		taken(RAISE_##kind, lock, how, ret, caller, sp);                               \
		return ret;                                                                    \
	}                                                                                      \
                                                                                               \
	KMEMU_EXPORT int name params                                                           \
	{                                                                                      \
		if (is_watched())                                                              \
			return watched_##name(UNPAREN args, CALLER, CALLER_SP);                \
		return real_##name args;                                                       \
	}
TAKES(DEFINE_TAKE)

#define DEFINE_RELEASE(name, kind, params, args)                                               \
	DEFINE_FIRST(name, params, args)                                                       \
	static __noinline int watched_##name(UNPAREN params, const void *caller)               \
	{                                                                                      \
		int ret;                                                                       \
                                                                                               \
		if (!may_release(ID_##name, RAISE_##kind, lock, caller, &ret))                 \
			return ret;                                                            \
		return real_##name args;                                                       \
	}                                                                                      \
                                                                                               \
	KMEMU_EXPORT int name params                                                           \
	{                                                                                      \
		if (is_watched())                                                              \
			return watched_##name(UNPAREN args, CALLER);                           \
		return real_##name args;                                                       \
	}
RELEASES(DEFINE_RELEASE)

#define DEFINE_SET_UP(type, name, kind, what, params, args)                  \
	DEFINE_FIRST(name, params, args)                               \
	KMEMU_EXPORT type name params                                  \
	{                                                              \
		int ret = real_##name args;                            \
                                                                       \
		if (!ret && unlikely(READ_ONCE(lock_others)))          \
			what(RAISE_##kind, lock, #name, CALLER);       \
		return ret;                                            \
	}
SET_UPS(DEFINE_SET_UP)

static void (*real_mtx_destroy)(mtx_t *lock);

KMEMU_EXPORT void mtx_destroy(mtx_t *lock)
{
	if (!real_mtx_destroy)
		real_mtx_destroy = (void (*)(mtx_t *))os_dl_next("mtx_destroy");
	if (READ_ONCE(lock_others))
		forget(RAISE_MUTEX, lock, "mtx_destroy", CALLER);
	real_mtx_destroy(lock);
}

/* --- libc's old names ------------------------------------------------------ */

/* As libc's header declares what they stand for. */
#define ALIAS(name, throws, params) \
	KMEMU_EXPORT int __##name params throws __nonnull((1)) __attribute__((alias(#name)));

ALIAS(pthread_mutex_lock, __THROWNL, (MUTEX))
ALIAS(pthread_mutex_trylock, __THROWNL, (MUTEX))
ALIAS(pthread_mutex_unlock, __THROWNL, (MUTEX))
ALIAS(pthread_mutex_init, __THROW, (MUTEX, const pthread_mutexattr_t *attr))
ALIAS(pthread_mutex_destroy, __THROW, (MUTEX))
ALIAS(pthread_rwlock_rdlock, __THROWNL, (RWLOCK))
ALIAS(pthread_rwlock_wrlock, __THROWNL, (RWLOCK))
ALIAS(pthread_rwlock_tryrdlock, __THROWNL, (RWLOCK))
ALIAS(pthread_rwlock_trywrlock, __THROWNL, (RWLOCK))
ALIAS(pthread_rwlock_unlock, __THROWNL, (RWLOCK))
ALIAS(pthread_rwlock_init, __THROW, (RWLOCK, const pthread_rwlockattr_t *attr))
ALIAS(pthread_rwlock_destroy, __THROW, (RWLOCK))
