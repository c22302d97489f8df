/*
 * calls.c - behind the entries of calls that may sleep (kernel: might_sleep()).
 *
 * Each name of core/check/calls.def but those with a wrapper of their own is an
 * entry: a few instructions that look whether anything is raised on this thread
 * and jump to the real function, with every register and the stack as the caller
 * left them (calls_x86_64.S). So nothing needs to be known of a function's
 * arguments: it may be variadic, return twice, be a cancellation point, or ask
 * who called it. Who is not sure comes here:
 *
 *	something is raised	core/check/calls.c judges; under policy `fail` the
 *				answer is a function that returns what the row says
 *	a long wait, and free	a process that sleeps doesn't need its free memory.
 *	memory is due		The allocator gives it back by age (core/mm/reclaim.c)
 *				but has no thread to do it at the right time; the
 *				kernel has kswapd. A wait that comes before the
 *				deadline gives nothing back.
 *	not looked up yet	core/os/dl_next.c finds it without a lock; all are looked
 *				up at start when contexts are checked
 *
 * errno is kept: neither core nor a look-up touches it. A name that this libc
 * does not have fails with ENOSYS, as a kernel without the call.
 *
 * Core makes system calls by itself and never comes here. Calls inside of libc do
 * not either.
 *
 * Locks: none; two threads may look one up at once and store the same word. Cost
 * when nothing is raised: 10 instructions a call (fputc: 37 instead of
 * 27); 2 more for a long wait. In plain C some 35.
 */
#include <errno.h>
#include <netdb.h>
#include <threads.h>

#include "core/check/buffers.h"
#include "core/check/context.h"
#include "core/mm/mm.h"
#include "core/os/dl_next.h"
#include "core/os/os.h"
#include "interpose/calls.h"
#include "interpose/interpose.h"

void *calls_real[NR_CALLS];

/* --- what is jumped to instead -------------------------------------------- */

static long answer_zero(void)
{
	return 0;
}

static long answer_minus_one(void)
{
	return -1;
}

static long answer_eagain(void)
{
	return EAGAIN;
}

static long answer_edeadlk(void)
{
	return EDEADLK;
}

static long answer_ebusy(void)
{
	return EBUSY;
}

static long answer_eai_again(void)
{
	return EAI_AGAIN;
}

static long answer_thrd_error(void)
{
	return thrd_error;
}

static long answer_thrd_busy(void)
{
	return thrd_busy;
}

static long answer_enosys(void)
{
	return ENOSYS;
}

static void *failure(const struct call_row *row)
{
	switch ((enum call_fails)row->fails) {
	case FAILS_EAGAIN:
		errno = EAGAIN;
		return (void *)answer_minus_one;
	case FAILS_NULL:
		errno = EAGAIN;
		return (void *)answer_zero;
	case FAILS_ERROR:
		return (void *)answer_eagain;
	case FAILS_DEADLK:
		return (void *)answer_edeadlk;
	case FAILS_BUSY:
		return (void *)answer_ebusy;
	case FAILS_EAI:
		return (void *)answer_eai_again;
	case FAILS_THRD:
		return (void *)answer_thrd_error;
	case FAILS_THRD_BUSY:
		return (void *)answer_thrd_busy;
	default:
		return (void *)answer_zero;
	}
}

int call_refused(enum call_id id)
{
	return (int)((long (*)(void))failure(call_row(id)))();
}

static __noinline __cold void *no_such_call(const struct call_row *row)
{
	errno = ENOSYS;
	switch ((enum call_fails)row->fails) {
	case FAILS_ERROR:
	case FAILS_DEADLK:
		return (void *)answer_enosys;
	case FAILS_NULL:
		return (void *)answer_zero;
	case FAILS_THRD:
		return (void *)answer_thrd_error;
	default:
		return (void *)answer_minus_one;
	}
}

/* --- what is behind ------------------------------------------------------- */

#define DECLARE(name) extern __hidden const char our_##name[];
CALLS_OURS(DECLARE)
CALLS_OURS_NATIVE(DECLARE)

static void *ours(enum call_id id)
{
#define OUR_CASE(name)  \
	case ID_##name: \
		return (void *)our_##name;
	switch (id) {
		CALLS_OURS(OUR_CASE)
		CALLS_OURS_NATIVE(OUR_CASE)
	default:
		return NULL;
	}
}

static void *resolve(enum call_id id)
{
	const struct call_row *row = call_row(id);
	void *fn = row->where & CALL_OURS ? ours((enum call_id)row->base) :
					    os_dl_next(call_name(id));

	if (unlikely(buffers_armed))
		fn = buffers_lead(id, fn);
	__atomic_store_n(&calls_real[id], fn, __ATOMIC_RELAXED);
	return fn;
}

void *call_behind(enum call_id id)
{
	void *real = __atomic_load_n(&calls_real[id], __ATOMIC_RELAXED);

	return real ? real : resolve(id);
}

void calls_resolve(void)
{
	os_dl_next_init();
}

/* --- the long way --------------------------------------------------------- */

/* The mutex of a condition wait is released in it. */
static const void *released_by(enum call_id base, const void *second)
{
	switch (base) {
	case ID_pthread_cond_wait:
	case ID_pthread_cond_timedwait:
	case ID_pthread_cond_clockwait:
	case ID_cnd_wait:
	case ID_cnd_timedwait:
		return second;
	default:
		return NULL;
	}
}

static bool may_go_on(enum call_id id, const struct call_row *row, const void *caller,
		      const void *second)
{
	if ((row->where & CALL_TRIMS) && READ_ONCE(trim_deadline_ms))
		trim_if_due();
	return call_may_sleep(id, caller, released_by((enum call_id)row->base, second));
}

void *call_enter(unsigned int nr, const void *caller, const void *second)
{
	enum call_id id = (enum call_id)nr;
	const struct call_row *row = call_row(id);
	void *real;

	if (unlikely(!os_dl_is_relocated()))
		return os_dl_next(call_name(id));
	if (!may_go_on(id, row, caller, second))
		return failure(row);
	real = call_behind(id);
	return real ? real : no_such_call(row);
}
