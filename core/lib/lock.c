/*
 * lock.c - see lock.h for the contract. The protocol is the three-state futex
 * mutex: 0 free, tid owned, tid|WAITERS owned and somebody sleeps. A waiter
 * that wakes takes the lock with WAITERS set, since it can't know whether
 * others sleep; the cost is at most one needless wake.
 *
 * Invariant: the word without WAITERS is 0 or the tid of the one thread
 * between lock and unlock. In debug builds each thread keeps a mask of the
 * ranks that it holds, and taking a lower or equal rank aborts.
 */
#include "core/lib/lock.h"
#include "core/os/os.h"

#define WAITERS 0x80000000U
#define SPINS 100 /* about a slow path's length; then sleep */

#ifdef KMEMU_DEBUG
static __thread u32 held_ranks __initial_exec;

static void rank_acquire(const kmemu_lock_t *lock)
{
	if (held_ranks >> (lock->rank + 1)) /* equal: fork takes all nodes */
		__builtin_trap(); /* lock order: see enum lock_rank */
	held_ranks |= 1U << lock->rank;
}

static void rank_release(const kmemu_lock_t *lock)
{
	held_ranks &= ~(1U << lock->rank);
}
#else
static void rank_acquire(const kmemu_lock_t *lock)
{
	(void)lock;
}

static void rank_release(const kmemu_lock_t *lock)
{
	(void)lock;
}
#endif

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

static __noinline bool lock_slow(kmemu_lock_t *lock, u32 tid)
{
	int i;

	if (spin_is_mine(lock))
		return false;
	for (i = 0; i < SPINS; i++) {
		cpu_relax();
		if (!__atomic_load_n(&lock->word, __ATOMIC_RELAXED) && try_word(lock, tid))
			return true;
	}
	wait_for(lock, tid);
	return true;
}

bool spin_lock(kmemu_lock_t *lock)
{
	u32 tid = os_tid();

	if (unlikely(!try_word(lock, tid)) && !lock_slow(lock, tid))
		return false;
	rank_acquire(lock);
	return true;
}

bool spin_trylock(kmemu_lock_t *lock)
{
	if (!try_word(lock, os_tid()))
		return false;
	rank_acquire(lock);
	return true;
}

void spin_unlock(kmemu_lock_t *lock)
{
	rank_release(lock);
	if (unlikely(__atomic_exchange_n(&lock->word, 0, __ATOMIC_RELEASE) & WAITERS))
		os_futex_wake(&lock->word, 1);
}

bool spin_is_mine(const kmemu_lock_t *lock)
{
	return (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) & ~WAITERS) == os_tid();
}

void spin_lock_reset(kmemu_lock_t *lock)
{
	__atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}
