/*
 * lock.c - see lock.h for the contract. The protocol is the three-state futex
 * mutex: 0 free, tid owned, tid|WAITERS owned and somebody sleeps. A waiter
 * that wakes takes the lock with WAITERS set, since it can't know whether
 * others sleep; the cost is at most one needless wake.
 *
 * Invariant: the word without WAITERS is 0 or the tid of the one thread
 * between lock and unlock.
 *
 * held_ranks has a bit for each rank that this thread holds or is about to
 * take; it is set before the try, so that a handler in between sees it. Code
 * outside of handlers takes ranks in rising order only, so a request for a
 * rank not above the highest held one comes from a handler that interrupted a
 * holder, and must not wait: two threads' handlers could wait for each other.
 * It tries once and gets the same false as for the thread's own lock.
 */
#include "core/lib/lock.h"
#include "core/os/os.h"

#define WAITERS 0x80000000U
#define SPINS 100 /* about a slow path's length; then sleep */

static __thread u32 held_ranks __initial_exec;

static bool try_word(kmemu_lock_t *lock, u32 value)
{
	u32 expected = 0;

	return __atomic_compare_exchange_n(&lock->word, &expected, value, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static void wait_for(kmemu_lock_t *lock, u32 tid)
{
	u32 seen;

	for (;;) {
		seen = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);
		if (!seen) {
			if (try_word(lock, tid | WAITERS))
				return;
			continue;
		}
		if (!(seen & WAITERS) &&
		    !__atomic_compare_exchange_n(&lock->word, &seen, seen | WAITERS, false,
						 __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		os_futex_wait(&lock->word, seen | WAITERS);
	}
}

static __noinline bool lock_slow(kmemu_lock_t *lock, u32 tid, bool may_wait)
{
	int i;

	if (spin_is_mine(lock))
		return false;
	for (i = 0; i < SPINS; i++) {
		cpu_relax();
		if (!__atomic_load_n(&lock->word, __ATOMIC_RELAXED) && try_word(lock, tid))
			return true;
	}
	if (may_wait)
		wait_for(lock, tid);
	return may_wait;
}

static bool lock_ranked(kmemu_lock_t *lock, bool always_wait)
{
	u32 tid = os_tid(), outer = held_ranks, bit = 1U << lock->rank;

	WRITE_ONCE(held_ranks, outer | bit);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (unlikely(!try_word(lock, tid)) &&
	    !lock_slow(lock, tid, always_wait || outer < bit)) {
		WRITE_ONCE(held_ranks, outer);
		return false;
	}
	lock->outer = outer;
	return true;
}

bool spin_lock(kmemu_lock_t *lock)
{
	return lock_ranked(lock, false);
}

bool spin_lock_wait(kmemu_lock_t *lock)
{
	return lock_ranked(lock, true);
}

bool spin_trylock(kmemu_lock_t *lock)
{
	u32 outer = held_ranks;

	WRITE_ONCE(held_ranks, outer | 1U << lock->rank);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (!try_word(lock, os_tid())) {
		WRITE_ONCE(held_ranks, outer);
		return false;
	}
	lock->outer = outer;
	return true;
}

void spin_unlock(kmemu_lock_t *lock)
{
	u32 outer = lock->outer;

	if (unlikely(__atomic_exchange_n(&lock->word, 0, __ATOMIC_RELEASE) & WAITERS))
		os_futex_wake(&lock->word, 1);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	WRITE_ONCE(held_ranks, outer);
}

bool spin_is_mine(const kmemu_lock_t *lock)
{
	return (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) & ~WAITERS) == os_tid();
}

u32 spin_held_ranks(void)
{
	return READ_ONCE(held_ranks);
}

void spin_lock_reset(kmemu_lock_t *lock)
{
	__atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}
