/*
 * blocking.c - calls that wait. A process that sleeps doesn't need its free
 * memory; the allocator gives it back by age (core/mm/reclaim.c), but has no
 * thread of its own to do it at the right time. So a thread that is about to
 * wait looks whether something is due. The kernel's kswapd is the counterpart.
 *
 * A wrapper does nothing else: the real function is called as if directly (the
 * compiler makes it a jump), and it alone is the cancellation point. errno is
 * kept, as core never touches it. A wait that comes before the deadline gives
 * nothing back: a program that sleeps for ever right after its peak keeps its
 * memory, since nobody is left to run.
 *
 * The real functions are those next in search order, so that a preload behind
 * us which wraps sleep keeps working. pthread_cond_* have two versions, and a
 * look-up by name alone could give the one of 2002 with another layout; hence
 * dlvsym. All are looked up by the constructor (a first look-up in a signal
 * handler could wait for the loader's lock); a call before that looks its own
 * up. Two threads may do it at once and store the same word.
 *
 * Core waits by raw futex calls and never comes here.
 *
 * Cost when nothing is due: a load and a branch, and the indirect jump.
 */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "core/mm/mm.h"
#include "core/os/dl.h"
#include "core/os/os.h"
#include "interpose/interpose.h"

/* What _FORTIFY_SOURCE makes of poll and ppoll; libc declares them nowhere. */
int __poll_chk(struct pollfd *fds, nfds_t n, int timeout, size_t bytes);
int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
		const sigset_t *mask, size_t bytes);

/* Condition variables as they are since 2.3.2; other processors begin later. */
#define COND_VERSION "GLIBC_2.3.2"

/* X(type, name, version or NULL, parameters, arguments) */
#define BLOCKING_CALLS(X)                                                                          \
	X(int, nanosleep, NULL, (const struct timespec *t, struct timespec *rem), (t, rem))        \
	X(int, clock_nanosleep, NULL,                                                              \
	  (clockid_t clock, int flags, const struct timespec *t, struct timespec *rem),            \
	  (clock, flags, t, rem))                                                                  \
	X(int, usleep, NULL, (useconds_t us), (us))                                                \
	X(unsigned int, sleep, NULL, (unsigned int s), (s))                                        \
	X(int, thrd_sleep, NULL, (const struct timespec *t, struct timespec *rem), (t, rem))       \
	X(int, poll, NULL, (struct pollfd *fds, nfds_t n, int timeout), (fds, n, timeout))         \
	X(int, ppoll, NULL,                                                                        \
	  (struct pollfd *fds, nfds_t n, const struct timespec *t, const sigset_t *mask),          \
	  (fds, n, t, mask))                                                                       \
	X(int, __poll_chk, NULL, (struct pollfd *fds, nfds_t n, int timeout, size_t bytes),        \
	  (fds, n, timeout, bytes))                                                                \
	X(int, __ppoll_chk, NULL,                                                                  \
	  (struct pollfd *fds, nfds_t n, const struct timespec *t, const sigset_t *mask,           \
	   size_t bytes),                                                                          \
	  (fds, n, t, mask, bytes))                                                                \
	X(int, select, NULL,                                                                       \
	  (int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,                      \
	   struct timeval *restrict t),                                                            \
	  (n, r, w, e, t))                                                                         \
	X(int, pselect, NULL,                                                                      \
	  (int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,                      \
	   const struct timespec *restrict t, const sigset_t *restrict mask),                      \
	  (n, r, w, e, t, mask))                                                                   \
	X(int, epoll_wait, NULL, (int fd, struct epoll_event *ev, int n, int timeout),             \
	  (fd, ev, n, timeout))                                                                    \
	X(int, epoll_pwait, NULL,                                                                  \
	  (int fd, struct epoll_event *ev, int n, int timeout, const sigset_t *mask),              \
	  (fd, ev, n, timeout, mask))                                                              \
	X(int, epoll_pwait2, NULL,                                                                 \
	  (int fd, struct epoll_event *ev, int n, const struct timespec *t, const sigset_t *mask), \
	  (fd, ev, n, t, mask))                                                                    \
	X(int, pause, NULL, (void), ())                                                            \
	X(int, sigsuspend, NULL, (const sigset_t *mask), (mask))                                   \
	X(int, sigwait, NULL, (const sigset_t *restrict set, int *restrict sig), (set, sig))       \
	X(int, sigwaitinfo, NULL, (const sigset_t *restrict set, siginfo_t *restrict info),        \
	  (set, info))                                                                             \
	X(int, sigtimedwait, NULL,                                                                 \
	  (const sigset_t *restrict set, siginfo_t *restrict info,                                 \
	   const struct timespec *restrict t),                                                     \
	  (set, info, t))                                                                          \
	X(int, sem_wait, NULL, (sem_t *sem), (sem))                                                \
	X(int, sem_timedwait, NULL, (sem_t *restrict sem, const struct timespec *restrict t),      \
	  (sem, t))                                                                                \
	X(int, sem_clockwait, NULL,                                                                \
	  (sem_t *restrict sem, clockid_t clock, const struct timespec *restrict t),               \
	  (sem, clock, t))                                                                         \
	X(int, cnd_wait, NULL, (cnd_t *cond, mtx_t *mutex), (cond, mutex))                         \
	X(int, cnd_timedwait, NULL,                                                                \
	  (cnd_t *restrict cond, mtx_t *restrict mutex, const struct timespec *restrict t),        \
	  (cond, mutex, t))                                                                        \
	X(int, pthread_cond_wait, COND_VERSION,                                                    \
	  (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex), (cond, mutex))         \
	X(int, pthread_cond_timedwait, COND_VERSION,                                               \
	  (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,                         \
	   const struct timespec *restrict t),                                                     \
	  (cond, mutex, t))                                                                        \
	X(int, pthread_cond_clockwait, NULL,                                                       \
	  (pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex, clockid_t clock,        \
	   const struct timespec *restrict t),                                                     \
	  (cond, mutex, clock, t))

#define DECLARE(type, name, version, params, args) static type(*real_##name) params;
BLOCKING_CALLS(DECLARE)

static const struct blocking_call {
	const char *name, *version;
	void *real; /* address of the pointer to the function */
} calls[] = {
#define ROW(type, name, version, params, args) { #name, version, &real_##name },
	BLOCKING_CALLS(ROW)
};

static void resolve(const struct blocking_call *call)
{
	void *fn = NULL;

	if (call->version)
		fn = os_dlvsym_next(call->name, call->version);
	if (!fn)
		fn = os_dlsym_next(call->name);
	__atomic_store_n((void **)call->real, fn, __ATOMIC_RELAXED);
}

static __noinline __cold void resolve_one(void *real)
{
	size_t i;
	int saved = errno;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].real == real)
			resolve(&calls[i]);
	errno = saved;
}

void blocking_resolve(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		resolve(&calls[i]);
}

/* This libc does not have the function: as a kernel without the call. */
static __noinline __cold int no_such_call(void)
{
	errno = ENOSYS;
	return -1;
}

static __always_inline void about_to_wait(void)
{
	if (unlikely(READ_ONCE(trim_deadline_ms)))
		trim_if_due();
}

#define DEFINE(type, name, version, params, args)   \
	KMEMU_EXPORT type name params               \
	{                                           \
		about_to_wait();                    \
		if (unlikely(!real_##name))         \
			resolve_one(&real_##name);  \
		if (unlikely(!real_##name))         \
			return (type)no_such_call(); \
		return real_##name args;            \
	}
BLOCKING_CALLS(DEFINE)
