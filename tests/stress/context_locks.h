/* SPDX-License-Identifier: MIT */
/*
 * context_locks.h - context.c's locks: a spinlock that is taken by a function that
 * returns, and sections of mutexes and rwlocks, which count when context.locks=
 * says so (mutex_run).
 */
#ifndef STRESS_CONTEXT_LOCKS_H
#define STRESS_CONTEXT_LOCKS_H

#include "tests/stress/context.h"

static bool mutex_run;

/* context.c: what a thread does, n times. */
static void ops(struct where w, unsigned int n);

/* It returns with the lock held. */
__attribute__((noinline)) static void take(pthread_spinlock_t *lock)
{
	me.busy++;
	pthread_spin_lock(lock);
	me.busy--;
}

__attribute__((noinline)) static void give(pthread_spinlock_t *lock)
{
	me.busy++;
	pthread_spin_unlock(lock);
	me.busy--;
}

/* The mutex is none that is held while its condition is waited for, and is again behind it. */
static void mutex_section(struct where w)
{
	struct where held = w;
	struct timespec past = { 0, 0 };

	held.lock |= mutex_run;
	held.own |= mutex_run;
	held.depth++;
	me.busy++;
	if (w.lock && !mutex_run)
		expect(K_MUTEX, NONE);
	pthread_mutex_lock(&me.outer_mutex);
	at(MUTEXED, held);
	if (w.lock)
		expect(K_COND, NONE);
	pthread_cond_timedwait(&me.cond, &me.outer_mutex, &past);
	me.busy--;
	at(MUTEXED, held);
	ops(held, 2);
	me.busy++;
	pthread_mutex_unlock(&me.outer_mutex);
	me.busy--;
	at(UNLOCKED, w);
}

static void read_section(struct where w)
{
	struct where held = w;

	held.lock |= mutex_run;
	held.own |= mutex_run;
	held.depth++;
	me.busy++;
	for (int i = 0; i < 2; i++) {
		if (held.lock && !mutex_run)
			expect(K_RWLOCK, NONE);
		pthread_rwlock_rdlock(&me.rwlock);
		me.busy--;
		at(READ_LOCKED, held);
		ops(held, 1);
		me.busy++;
	}
	pthread_rwlock_unlock(&me.rwlock);
	at(READ_LOCKED, held);
	pthread_rwlock_unlock(&me.rwlock);
	me.busy--;
	at(UNLOCKED, w);
}

#endif
