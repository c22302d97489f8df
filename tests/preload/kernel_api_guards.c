// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * What ends with its scope: each guard that 6.12 has holds its lock inside and not behind,
 * those that may fail say so, and what is freed by its name is freed.
 */
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/local_lock.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>

#include "check.h"

static DEFINE_MUTEX(mutex_a);
static DECLARE_RWSEM(sem);
static DECLARE_RWSEM(sem_b);
static DEFINE_SPINLOCK(spin);
static DEFINE_RAW_SPINLOCK(raw);
static DEFINE_RWLOCK(rw);
DEFINE_STATIC_SRCU(srcu_a);
static DEFINE_PER_CPU(local_lock_t, local) = INIT_LOCAL_LOCK(local);
static int ended;

/* A statement may return: the compiler knows that the body of a lock that is waited for runs. */
static int returns(void)
{
	scoped_guard(mutex, &mutex_a)
	{
		CHECK(mutex_is_locked(&mutex_a));
		return 7;
	}
}

static int conditional(void)
{
	scoped_cond_guard(mutex_try, return -EBUSY, &mutex_a)
	{
		CHECK(mutex_is_locked(&mutex_a));
		break;
	}
	scoped_cond_guard(mutex_intr, return -EINTR, &mutex_a)
		return 0;
	return 1;
}

static void mutexes(void)
{
	int ran = 0;

	CHECK(returns() == 7 && !mutex_is_locked(&mutex_a));
	CHECK(conditional() == 0 && !mutex_is_locked(&mutex_a));
	mutex_lock(&mutex_a);
	CHECK(conditional() == -EBUSY);
	scoped_guard(mutex_try, &mutex_a)
		ran++;
	{
		CLASS(mutex_try, held)(&mutex_a);

		CHECK(!held);
	}
	CHECK(!ran && mutex_is_locked(&mutex_a));
	mutex_unlock(&mutex_a);
	scoped_guard(mutex_try, &mutex_a)
		ran++;
	CHECK(ran == 1 && !mutex_is_locked(&mutex_a));
	scoped_guard(rwsem_read, &sem)
	{
		scoped_cond_guard(rwsem_write_try, ran++, &sem)
			CHECK(false);
		scoped_cond_guard(rwsem_read_try, CHECK(false), &sem)
			ran++;
		scoped_cond_guard(rwsem_read_intr, CHECK(false), &sem_b)
			ran++;
	}
	scoped_guard(rwsem_write, &sem)
		scoped_cond_guard(rwsem_read_try, ran++, &sem)
			CHECK(false);
	CHECK(ran == 5 && !rwsem_is_locked(&sem));
}

#define HOLDS(guarded, condition)               \
	do {                                    \
		int n = 0;                      \
						\
		guarded {                       \
			CHECK(condition);       \
			n++;                    \
		}                               \
		CHECK(n == 1 && !(condition));  \
	} while (0)
#define FAILS(guarded)                  \
	do {                            \
		guarded                 \
			CHECK(false);   \
	} while (0)

static void spinlocks(void)
{
	HOLDS(scoped_guard(spinlock, &spin), in_atomic());
	HOLDS(scoped_guard(spinlock_irq, &spin), irqs_disabled());
	HOLDS(scoped_guard(spinlock_bh, &spin), in_softirq());
	HOLDS(scoped_guard(spinlock_irqsave, &spin), irqs_disabled());
	HOLDS(scoped_guard(spinlock_try, &spin), in_atomic());
	HOLDS(scoped_guard(spinlock_irq_try, &spin), irqs_disabled());
	HOLDS(scoped_guard(spinlock_bh_try, &spin), in_softirq());
	HOLDS(scoped_guard(spinlock_irqsave_try, &spin), irqs_disabled());
	HOLDS(scoped_guard(raw_spinlock, &raw), in_atomic());
	HOLDS(scoped_guard(raw_spinlock_nested, &raw), in_atomic());
	HOLDS(scoped_guard(raw_spinlock_irq, &raw), irqs_disabled());
	HOLDS(scoped_guard(raw_spinlock_bh, &raw), in_softirq());
	HOLDS(scoped_guard(raw_spinlock_irqsave, &raw), irqs_disabled());
	spin_lock(&spin);
	raw_spin_lock(&raw);
	FAILS(scoped_guard(spinlock_try, &spin));
	FAILS(scoped_guard(spinlock_irq_try, &spin));
	FAILS(scoped_guard(spinlock_bh_try, &spin));
	FAILS(scoped_guard(spinlock_irqsave_try, &spin));
	FAILS(scoped_guard(raw_spinlock_try, &raw));
	FAILS(scoped_guard(raw_spinlock_irq_try, &raw));
	FAILS(scoped_guard(raw_spinlock_bh_try, &raw));
	FAILS(scoped_guard(raw_spinlock_irqsave_try, &raw));
	CHECK(!irqs_disabled() && !in_softirq());
	raw_spin_unlock(&raw);
	spin_unlock(&spin);
	HOLDS(scoped_guard(raw_spinlock_try, &raw), in_atomic());
	HOLDS(scoped_guard(raw_spinlock_irq_try, &raw), irqs_disabled());
	HOLDS(scoped_guard(raw_spinlock_bh_try, &raw), in_softirq());
	HOLDS(scoped_guard(raw_spinlock_irqsave_try, &raw), irqs_disabled());
	HOLDS(scoped_guard(read_lock, &rw), in_atomic());
	HOLDS(scoped_guard(read_lock_irq, &rw), irqs_disabled());
	HOLDS(scoped_guard(read_lock_irqsave, &rw), irqs_disabled());
	HOLDS(scoped_guard(write_lock, &rw), in_atomic());
	HOLDS(scoped_guard(write_lock_irq, &rw), irqs_disabled());
	HOLDS(scoped_guard(write_lock_irqsave, &rw), irqs_disabled());
}

static void states(void)
{
	HOLDS(scoped_guard(irq), irqs_disabled());
	HOLDS(scoped_guard(irqsave), irqs_disabled());
	HOLDS(scoped_guard(preempt), !preemptible());
	HOLDS(scoped_guard(preempt_notrace), !preemptible());
	HOLDS(scoped_guard(rcu), rcu_read_lock_held());
	HOLDS(scoped_guard(srcu, &srcu_a), srcu_read_lock_held(&srcu_a));
	HOLDS(scoped_guard(local_lock, &local), !preemptible());
	HOLDS(scoped_guard(local_lock_irq, &local), irqs_disabled());
	HOLDS(scoped_guard(local_lock_irqsave, &local), irqs_disabled());
	{
		guard(migrate)();
		guard(cpus_read_lock)();
		guard(local_lock_nested_bh)(&local);
		CHECK(!irqs_disabled());
	}
	CHECK(preemptible());
}

/* Threads of one CPU: what a local lock is for is one's at a time. */
static DEFINE_PER_CPU(long, counted);
int sched_yield(void); /* libc's: the system may run another of the CPU's threads */

static int counts(void *data)
{
	atomic_t *left = data;
	int i;

	for (i = 0; i < 100; i++) {
		long n;

		local_lock(&local);
		n = this_cpu_read(counted);
		sched_yield();
		this_cpu_write(counted, n + 1);
		local_unlock(&local);
	}
	atomic_dec(left);
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void local_locks(void)
{
	struct task_struct *threads[16];
	atomic_t left = ATOMIC_INIT(ARRAY_SIZE(threads));
	unsigned int i, cpu;
	long sum = 0;

	for (i = 0; i < ARRAY_SIZE(threads); i++)
		threads[i] = kthread_run(counts, &left, "counts");
	while (atomic_read(&left))
		schedule_timeout_uninterruptible(1);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		kthread_stop(threads[i]);
	for_each_possible_cpu(cpu)
		sum += per_cpu(counted, cpu);
	CHECK(sum == 100 * (long)ARRAY_SIZE(threads));
}

static void release(struct device *dev)
{
	ended++;
	kfree(dev);
}

static irqreturn_t handler(int irq, void *unused)
{
	(void)irq;
	(void)unused;
	ended++;
	return IRQ_HANDLED;
}

static void devices(void)
{
	struct device *gone __free(put_device) = kzalloc(sizeof(*gone), GFP_KERNEL);
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	int irq = 40;

	device_initialize(gone);
	gone->release = release;
	device_initialize(dev);
	dev->release = release;
	CHECK(!dev_set_name(dev, "guarded") && !device_add(dev));
	{
		struct device *added __free(device_del) = dev;

		guard(device)(added);
		device_lock_assert(added);
		CHECK(device_is_registered(added));
	}
	CHECK(!device_is_registered(dev) && !ended);
	put_device(dev);
	CHECK(ended == 1);
	CHECK(!request_irq(irq, handler, 0, "guarded", NULL));
	scoped_guard(disable_irq, &irq)
	{
		kmemu_raise_irq(irq);
		CHECK(ended == 1);
	}
	CHECK(ended == 2);
	free_irq(irq, NULL);
}

static void memory(void)
{
	unsigned long *map __free(bitmap) = bitmap_zalloc(2000, GFP_KERNEL);
	int __percpu *count __free(free_percpu) = alloc_percpu(int);
	cpumask_var_t mask __free(free_cpumask_var) = NULL;
	struct task_struct *task __free(put_task) = get_task_struct(current);

	CHECK(map && count && task && zalloc_cpumask_var(&mask, GFP_KERNEL));
}

/* The kinds that a driver defines. */
struct port {
	int users;
};
DEFINE_GUARD(port, struct port *, _T->users++, _T->users--)
DEFINE_GUARD_COND(port, _free, _T->users++ == 0 || !_T->users--)
DEFINE_LOCK_GUARD_1(port_by, struct port, _T->lock->users += 2, _T->lock->users -= 2)
DEFINE_LOCK_GUARD_1_COND(port_by, _free, _T->lock->users == 0 && (_T->lock->users = 2))
DEFINE_CLASS(opened, struct port *, if (_T) _T->users = -1, port ?: NULL, struct port *port)
EXTEND_CLASS(opened, _twice, ({ port->users *= 2; port; }), struct port *port)

static void own(void)
{
	struct port port = { 0 };

	HOLDS(scoped_guard(port, &port), port.users == 1);
	HOLDS(scoped_guard(port_free, &port), port.users == 1);
	HOLDS(scoped_guard(port_by, &port), port.users == 2);
	HOLDS(scoped_guard(port_by_free, &port), port.users == 2);
	port.users = 1;
	FAILS(scoped_guard(port_by_free, &port));
	FAILS(scoped_guard(port_free, NULL));
	CHECK(port.users == 1);
	{
		CLASS(opened_twice, p)(&port);

		CHECK(p == &port && port.users == 2);
	}
	CHECK(port.users == -1);
	scoped_class(opened, p, &port)
		CHECK(p == &port);
}

int main(void)
{
	mutexes();
	spinlocks();
	states();
	local_locks();
	devices();
	memory();
	own();
	CHECK(ended == 3);
	return 0;
}
