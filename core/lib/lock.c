/*
 * lock.c - see lock.h for the contract. The word is word_lock.c's.
 *
 * Invariant: the word without WORD_WAITERS is 0 or the tid of the one thread
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
#include "core/lib/word_lock.h"
#include "core/os/os.h"

static __thread u32 held_ranks __initial_exec;

static __noinline bool lock_slow(kmemu_lock_t *lock, u32 tid, bool may_wait)
{
	if (spin_is_mine(lock))
		return false;
	if (word_spin(&lock->word, tid))
		return true;
	if (may_wait)
		word_wait(&lock->word, tid);
	return may_wait;
}

static bool lock_ranked(kmemu_lock_t *lock, bool always_wait)
{
	u32 tid = os_tid(), outer = held_ranks, bit = 1U << lock->rank;

	WRITE_ONCE(held_ranks, outer | bit);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (unlikely(!word_try_own(&lock->word, tid)) &&
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
	if (!word_try_own(&lock->word, os_tid())) {
		WRITE_ONCE(held_ranks, outer);
		return false;
	}
	lock->outer = outer;
	return true;
}

void spin_unlock(kmemu_lock_t *lock)
{
	u32 outer = lock->outer;

	word_unlock_own(&lock->word);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	WRITE_ONCE(held_ranks, outer);
}

bool spin_is_mine(const kmemu_lock_t *lock)
{
	return (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) & ~WORD_WAITERS) == os_tid();
}

u32 spin_held_ranks(void)
{
	return READ_ONCE(held_ranks);
}

void spin_lock_reset(kmemu_lock_t *lock)
{
	__atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}
