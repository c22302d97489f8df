// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * lockdep's assertions over each kind of lock, by this thread and by another: WARN
 * counts, so each that must warn does, at its line, and the others are silent. The
 * number of those that must is printed. `recursion`: a lock is taken twice.
 */
#include <linux/interrupt.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static DEFINE_SPINLOCK(spin);
static DEFINE_RAW_SPINLOCK(raw);
static DEFINE_RWLOCK(rw);
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static int unknown;

static void *nothing_is_ours(void *must_warn)
{
	int *n = must_warn;

	CHECK(!lockdep_is_held(&spin) && !lockdep_is_held(&raw) && !lockdep_is_held(&rw));
	CHECK(!lockdep_is_held(&mutex) && lockdep_is_held(&unknown) == LOCK_STATE_UNKNOWN);
	lockdep_assert_not_held(&spin);
	lockdep_assert_not_held(&mutex);
	lockdep_assert_not_held(&sem);
	lockdep_assert_held(&unknown);
	lockdep_assert_held(&spin), ++*n;
	lockdep_assert_held(&raw), ++*n;
	lockdep_assert_held(&rw), ++*n;
	lockdep_assert_held_read(&rw), ++*n;
	lockdep_assert_held(&mutex), ++*n;
	return NULL;
}

static void by_another(int *must_warn)
{
	pthread_t t;

	CHECK(!pthread_create(&t, NULL, nothing_is_ours, must_warn) && !pthread_join(t, NULL));
}

static void taken(int *must_warn)
{
	mutex_lock(&mutex);
	down_read(&sem);
	spin_lock(&spin);
	raw_spin_lock(&raw);
	read_lock(&rw);
	lockdep_assert_held(&mutex);
	lockdep_assert_held(&sem);
	lockdep_assert_held_read(&sem);
	lockdep_assert_held(&spin);
	lockdep_assert_held_write(&spin);
	lockdep_assert_held(&raw);
	lockdep_assert_held(&rw);
	lockdep_assert_held_read(&rw);
	lockdep_assert_preemption_disabled();
	lockdep_assert_not_held(&mutex), ++*must_warn;
	lockdep_assert_held_write(&rw), ++*must_warn;
	lockdep_assert_held_write(&sem), ++*must_warn;
	wake_up_locked(&queue), ++*must_warn;
	spin_lock_irq(&queue.lock);
	wake_up_all_locked(&queue);
	spin_unlock_irq(&queue.lock);
	by_another(must_warn);
	read_unlock(&rw);
	raw_spin_unlock(&raw);
	spin_unlock(&spin);
	up_read(&sem);
	mutex_unlock(&mutex);
	write_lock(&rw);
	lockdep_assert_held_write(&rw);
	lockdep_assert_held_read(&rw), ++*must_warn;
	write_unlock(&rw);
}

static void contexts(int *must_warn)
{
	unsigned long flags;

	lockdep_assert_irqs_enabled();
	lockdep_assert_preemption_enabled();
	lockdep_assert_no_hardirq();
	lockdep_assert_irqs_disabled(), ++*must_warn;
	lockdep_assert_in_irq(), ++*must_warn;
	lockdep_assert_preemption_disabled(), ++*must_warn;
	spin_lock_irqsave(&spin, flags);
	lockdep_assert_irqs_disabled();
	lockdep_assert_irqs_enabled(), ++*must_warn;
	spin_unlock_irqrestore(&spin, flags);
	local_bh_disable();
	lockdep_assert_in_softirq();
	local_bh_enable();
}

/* Before anything is allocated. It waits for ever, as the kernel's. */
static int recursion(void)
{
	alarm(1);
	spin_lock(&spin);
	spin_lock(&spin);
	return 0;
}

int main(int argc, char **argv)
{
	int must_warn = 0;

	if (argc > 1 && !strcmp(argv[1], "recursion"))
		return recursion();
	taken(&must_warn);
	lockdep_assert_held(&sem), must_warn++;
	nothing_is_ours(&must_warn);
	contexts(&must_warn);
	for (int i = 0; i < 3; i++)
		lockdep_assert_held_once(&mutex);
	printf("%d\n", must_warn + 1);
	return 0;
}
