/*
 * word_lock.c - locks of one word that wait on a futex (kernel: qspinlock and
 * qrwlock, which spin; here a SCHED_FIFO thread would spin for ever on a lock
 * whose owner it keeps off the CPU).
 *
 * A lock is the three-state futex mutex: 0 free, tid owned, tid|WAITERS owned
 * and somebody sleeps. A waiter that wakes takes the lock with WAITERS set,
 * since it can't know whether others sleep; the cost is at most one needless
 * wake. WORD_SET_UP beside that says nothing of who has it.
 *
 * A reader-writer lock counts its readers, or has WRITER. Whoever has to wait
 * sets WAITERS and sleeps; who makes the lock free with WAITERS set wakes all of
 * them. Readers don't wait for writers that wait: a handler that interrupted a
 * reader may read (kernel: queued_read_lock_slowpath in interrupt context).
 *
 * Cost: one compare-and-swap to lock, one exchange to unlock; no system call
 * without contention.
 */
#include "core/lib/word_lock.h"

#define SPINS 100 /* about a slow path's length; then sleep */
#define WRITER WORD_WRITER
#define FREE   (WORD_WAITERS | WORD_SET_UP) /* what a word of a free lock may have */

bool word_spin(u32 *word, u32 tid)
{
	int i;

	for (i = 0; i < SPINS; i++) {
		cpu_relax();
		if (!(READ_ONCE(*word) & ~WORD_SET_UP) && word_try(word, tid))
			return true;
	}
	return false;
}

/* False: the word is no longer `seen`. */
static bool say_that_one_waits(u32 *word, u32 seen)
{
	return seen & WORD_WAITERS ||
	       __atomic_compare_exchange_n(word, &seen, seen | WORD_WAITERS, false,
					   __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/* Sleeps unless the word is no longer `seen`. */
static void sleep_on(u32 *word, u32 seen)
{
	if (say_that_one_waits(word, seen))
		os_futex_wait(word, seen | WORD_WAITERS);
}

/* The same, or until there are news; false: it must stop. */
static bool sleep_unless(u32 *word, u32 seen, const struct word_stop *stop)
{
	u32 news = __atomic_load_n(stop->news, __ATOMIC_SEQ_CST);

	if (stop->must(stop)) {
		os_futex_wake(word, 1); /* it may have had the wake-up of another one */
		return false;
	}
	if (say_that_one_waits(word, seen))
		os_futex_wait_either(word, seen | WORD_WAITERS, stop->news, news, ~0UL);
	return true;
}

void word_wait(u32 *word, u32 tid)
{
	for (;;) {
		u32 seen = READ_ONCE(*word);

		if (seen & ~WORD_SET_UP)
			sleep_on(word, seen);
		else if (word_try(word, tid | WORD_WAITERS))
			return;
	}
}

void word_lock(u32 *word, u32 tid)
{
	if (unlikely(!word_try(word, tid)) && !word_spin(word, tid))
		word_wait(word, tid);
}

bool word_lock_unless(u32 *word, u32 tid, const struct word_stop *stop)
{
	if (likely(word_try(word, tid)) || word_spin(word, tid))
		return true;
	for (;;) {
		u32 seen = READ_ONCE(*word);

		if (seen & ~WORD_SET_UP) {
			if (!sleep_unless(word, seen, stop))
				return false;
		} else if (word_try(word, tid | WORD_WAITERS)) {
			return true;
		}
	}
}

/* --- readers and writers ------------------------------------------------- */

bool word_read_trylock(u32 *word)
{
	u32 seen = READ_ONCE(*word);

	while (!(seen & WRITER))
		if (__atomic_compare_exchange_n(word, &seen, seen + 1, true, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

bool word_write_trylock(u32 *word)
{
	u32 seen = READ_ONCE(*word);

	while (!(seen & ~FREE))
		if (__atomic_compare_exchange_n(word, &seen, seen | WRITER, true, __ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return true;
	return false;
}

static bool rw_spin(u32 *word, bool (*try)(u32 *))
{
	int i;

	for (i = 0; i < SPINS; i++) {
		cpu_relax();
		if (try(word))
			return true;
	}
	return false;
}

static void rw_wait(u32 *word, bool (*try)(u32 *), u32 busy)
{
	if (rw_spin(word, try))
		return;
	while (!try(word)) {
		u32 seen = READ_ONCE(*word);

		if (seen & busy)
			sleep_on(word, seen);
	}
}

static bool rw_wait_unless(u32 *word, bool (*try)(u32 *), u32 busy, const struct word_stop *stop)
{
	if (rw_spin(word, try))
		return true;
	while (!try(word)) {
		u32 seen = READ_ONCE(*word);

		if (seen & busy && !sleep_unless(word, seen, stop))
			return false;
	}
	return true;
}

void word_read_lock(u32 *word)
{
	if (unlikely(!word_read_trylock(word)))
		rw_wait(word, word_read_trylock, WRITER);
}

void word_write_lock(u32 *word)
{
	if (unlikely(!word_write_trylock(word)))
		rw_wait(word, word_write_trylock, ~FREE);
}

bool word_read_lock_unless(u32 *word, const struct word_stop *stop)
{
	return likely(word_read_trylock(word)) ||
	       rw_wait_unless(word, word_read_trylock, WRITER, stop);
}

bool word_write_lock_unless(u32 *word, const struct word_stop *stop)
{
	return likely(word_write_trylock(word)) ||
	       rw_wait_unless(word, word_write_trylock, ~FREE, stop);
}

static void wake_all(u32 *word)
{
	os_futex_wake(word, INT32_MAX);
}

void word_read_unlock(u32 *word)
{
	u32 left = __atomic_sub_fetch(word, 1, __ATOMIC_RELEASE);

	/* A reader that comes in between wakes them when it leaves. */
	if (unlikely((left & ~WORD_SET_UP) == WORD_WAITERS) &&
	    __atomic_compare_exchange_n(word, &left, left & WORD_SET_UP, false, __ATOMIC_RELAXED,
					__ATOMIC_RELAXED))
		wake_all(word);
}

void word_write_unlock(u32 *word)
{
	u32 free = word_set_up(word);

	if (unlikely(__atomic_exchange_n(word, free, __ATOMIC_RELEASE) & WORD_WAITERS))
		wake_all(word);
}

void word_downgrade(u32 *word)
{
	u32 one_reader = word_set_up(word) + 1;

	if (unlikely(__atomic_exchange_n(word, one_reader, __ATOMIC_RELEASE) & WORD_WAITERS))
		wake_all(word);
}
