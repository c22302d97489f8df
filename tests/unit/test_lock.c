// SPDX-License-Identifier: MIT
/*
 * Shows that spin_lock excludes, wakes those who sleep, and tells a thread that
 * it owns the lock already; and that a fork's child can have it back.
 */
#include "tests/unit/heap.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

#include "core/lib/lock.h"

#define WAITERS 0x80000000U

static kmemu_lock_t lock = KMEMU_LOCK_INIT(LOCK_ZONE);

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static void word_is_zero_or_the_owner(void)
{
	UNIT_EQ(lock.word, 0);
	CU_ASSERT(spin_lock(&lock));
	UNIT_EQ(lock.word, syscall(SYS_gettid));
	spin_unlock(&lock);
	UNIT_EQ(lock.word, 0);
}

static void own_thread_gets_false(void)
{
	CU_ASSERT(!spin_is_mine(&lock));
	CU_ASSERT(spin_lock(&lock));
	CU_ASSERT(spin_is_mine(&lock));
	CU_ASSERT(!spin_lock(&lock));
	CU_ASSERT(!spin_trylock(&lock));
	CU_ASSERT(spin_is_mine(&lock));
	spin_unlock(&lock);
	CU_ASSERT(spin_trylock(&lock));
	spin_unlock(&lock);
	CU_ASSERT(!spin_is_mine(&lock));
}

static volatile bool handler_got, handler_ran;

static void handler(int sig)
{
	(void)sig;
	handler_got = spin_lock(&lock);
	handler_ran = true;
}

static void handler_on_the_owner_gets_false(void)
{
	signal(SIGUSR1, handler);
	CU_ASSERT(spin_lock(&lock));
	raise(SIGUSR1);
	CU_ASSERT(handler_ran);
	CU_ASSERT(!handler_got);
	spin_unlock(&lock);
	signal(SIGUSR1, SIG_DFL);
}

static void *try_from_another(void *arg)
{
	bool *mine = arg;

	mine[0] = spin_is_mine(&lock);
	mine[1] = spin_trylock(&lock);
	return NULL;
}

static void another_thread_does_not_own_it(void)
{
	bool got[2] = { true, true };
	pthread_t t;

	CU_ASSERT(spin_lock(&lock));
	pthread_create(&t, NULL, try_from_another, got);
	pthread_join(t, NULL);
	CU_ASSERT(!got[0]);
	CU_ASSERT(!got[1]);
	spin_unlock(&lock);
}

/* Counters that only the lock makes right. */
static unsigned long shared, shared_twice;
static bool inside;

static void *contend(void *arg)
{
	unsigned long *errors = arg;

	for (int i = 0; i < 30000; i++) {
		if (!spin_lock(&lock))
			(*errors)++;
		*errors += inside;
		inside = true;
		shared++;
		if (i % 512 == 0)
			sched_yield();
		shared_twice += 2;
		inside = false;
		spin_unlock(&lock);
	}
	return NULL;
}

static void four_threads_exclude_each_other(void)
{
	unsigned long errors[4] = { 0 };
	pthread_t t[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, contend, &errors[i]);
	for (int i = 0; i < 4; i++) {
		pthread_join(t[i], NULL);
		UNIT_EQ(errors[i], 0);
	}
	UNIT_EQ(shared, 4 * 30000);
	UNIT_EQ(shared_twice, 8 * 30000);
	UNIT_EQ(lock.word, 0);
}

static u32 through;

static void *wait_and_pass(void *arg)
{
	(void)arg;
	spin_lock(&lock);
	__atomic_fetch_add(&through, 1, __ATOMIC_RELAXED);
	spin_unlock(&lock);
	return NULL;
}

/* All sleep in the futex, then one unlock must bring all through, in a chain. */
static void sleepers_are_woken(void)
{
	pthread_t t[3];
	int i;

	CU_ASSERT(spin_lock(&lock));
	for (i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, wait_and_pass, NULL);
	for (i = 0; i < 1000 && !(__atomic_load_n(&lock.word, __ATOMIC_RELAXED) & WAITERS); i++)
		pause_ms(1);
	CU_ASSERT(__atomic_load_n(&lock.word, __ATOMIC_RELAXED) & WAITERS);
	CU_ASSERT(spin_is_mine(&lock));
	pause_ms(20);
	UNIT_EQ(__atomic_load_n(&through, __ATOMIC_RELAXED), 0);
	spin_unlock(&lock);
	for (i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	UNIT_EQ(through, 3);
	UNIT_EQ(lock.word, 0);
}

/* What a thread of the parent held is nobody's in the child. */
static void child_body(void)
{
	os_tid_reset();
	UNIT_EQ(os_tid(), syscall(SYS_gettid));
	OK(!spin_is_mine(&lock));
	OK(!spin_trylock(&lock));
	spin_lock_reset(&lock);
	OK(spin_lock(&lock));
	spin_unlock(&lock);
	UNIT_EQ(lock.word, 0);
}

static void *hold(void *arg)
{
	spin_lock(&lock);
	__atomic_store_n((u32 *)arg, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n((u32 *)arg, __ATOMIC_ACQUIRE) == 1)
		pause_ms(1);
	spin_unlock(&lock);
	return NULL;
}

static void fork_child_resets(void)
{
	u32 state = 0;
	pthread_t t;

	pthread_create(&t, NULL, hold, &state);
	while (!__atomic_load_n(&state, __ATOMIC_ACQUIRE))
		pause_ms(1);
	in_child(child_body);
	__atomic_store_n(&state, 2, __ATOMIC_RELEASE);
	pthread_join(t, NULL);
}

/* --- ranks --- */

static kmemu_lock_t low = KMEMU_LOCK_INIT(LOCK_NODE);

struct holder {
	kmemu_lock_t *lock;
	u32 state;
	long ms;
};

static void *hold_for(void *arg)
{
	struct holder *h = arg;

	spin_lock(h->lock);
	__atomic_store_n(&h->state, 1, __ATOMIC_RELEASE);
	pause_ms(h->ms);
	__atomic_store_n(&h->state, 2, __ATOMIC_RELEASE);
	spin_unlock(h->lock);
	return NULL;
}

static pthread_t start_holder(struct holder *h)
{
	pthread_t t;

	pthread_create(&t, NULL, hold_for, h);
	while (!__atomic_load_n(&h->state, __ATOMIC_ACQUIRE))
		sched_yield();
	return t;
}

/* Only a handler asks for a lower rank, and it must not wait. */
static void a_lower_rank_never_waits(void)
{
	struct holder h = { .lock = &low, .ms = 200 };
	pthread_t t = start_holder(&h);

	CU_ASSERT(spin_lock(&lock));
	CU_ASSERT(!spin_lock(&low));
	UNIT_EQ(__atomic_load_n(&h.state, __ATOMIC_RELAXED), 1); /* did not wait */
	CU_ASSERT(spin_is_mine(&lock));
	CU_ASSERT(spin_lock_wait(&low)); /* fork's way */
	UNIT_EQ(__atomic_load_n(&h.state, __ATOMIC_RELAXED), 2);
	spin_unlock(&low);
	CU_ASSERT(spin_lock(&low)); /* free: taken, whatever the rank */
	spin_unlock(&low);
	spin_unlock(&lock);
	pthread_join(t, NULL);
}

static void a_higher_rank_waits(void)
{
	struct holder h = { .lock = &lock, .ms = 30 };
	pthread_t t = start_holder(&h);

	CU_ASSERT(spin_lock(&low));
	CU_ASSERT(spin_lock(&lock));
	UNIT_EQ(__atomic_load_n(&h.state, __ATOMIC_RELAXED), 2);
	spin_unlock(&lock);
	spin_unlock(&low);
	pthread_join(t, NULL);
}

/* A refused or a released lock leaves no rank behind. */
static void after_unlock_it_waits_again(void)
{
	struct holder h = { .lock = &low, .ms = 30 };
	pthread_t t;

	CU_ASSERT(spin_lock(&low));
	CU_ASSERT(spin_lock(&lock));
	CU_ASSERT(!spin_lock(&low));
	CU_ASSERT(!spin_trylock(&low));
	spin_unlock(&lock);
	spin_unlock(&low);
	t = start_holder(&h);
	CU_ASSERT(!spin_trylock(&low));
	CU_ASSERT(spin_lock(&low));
	UNIT_EQ(__atomic_load_n(&h.state, __ATOMIC_RELAXED), 2);
	spin_unlock(&low);
	pthread_join(t, NULL);
}

UNIT_MAIN("lock",
	  UNIT_TEST(word_is_zero_or_the_owner),
	  UNIT_TEST(own_thread_gets_false),
	  UNIT_TEST(handler_on_the_owner_gets_false),
	  UNIT_TEST(another_thread_does_not_own_it),
	  UNIT_TEST(four_threads_exclude_each_other),
	  UNIT_TEST(sleepers_are_woken),
	  UNIT_TEST(fork_child_resets),
	  UNIT_TEST(a_lower_rank_never_waits),
	  UNIT_TEST(a_higher_rank_waits),
	  UNIT_TEST(after_unlock_it_waits_again));
