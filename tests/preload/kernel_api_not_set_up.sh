#!/bin/sh
# run: timeout=120
# A lock, completion or wait queue in zeroed memory that nobody set up is told of with
# the kernel's words, and serves all the same. One that was set up by any of the kernel's ways,
# or copied from one, is not.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/setup.c" <<'C'
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/percpu_counter.h>
#include <linux/percpu-rwsem.h>
#include <linux/rhashtable.h>
#include <linux/rwsem.h>
#include <linux/sched/task.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/swait.h>
#include <linux/wait.h>
#include <linux/xarray.h>

struct thing {
	spinlock_t spin;
	raw_spinlock_t raw;
	rwlock_t rw;
	struct mutex mutex;
	struct rw_semaphore sem;
	struct semaphore count;
	struct completion done;
	wait_queue_head_t queue;
	struct xarray xa;
	seqlock_t seq;
	struct srcu_struct srcu;
	struct kthread_worker worker;
};

static char *what = "";
module_param(what, charp, 0);
#define IS(name) (!strcmp(what, name))
static struct thing nobodys;
static DEFINE_SPINLOCK(spin);
static DEFINE_RAW_SPINLOCK(raw);
static DEFINE_RWLOCK(rw);
static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static DEFINE_SEMAPHORE(count, 1);
static DECLARE_COMPLETION(done);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static DEFINE_XARRAY(xa);
static DEFINE_SEQLOCK(seq);
static DEFINE_IDR(idr);
static DEFINE_IDA(ida);
DEFINE_STATIC_SRCU(own);
static struct srcu_struct gone;
static DEFINE_KTHREAD_WORKER(worker);
static DEFINE_PER_CPU(spinlock_t, percpu_lock) = __SPIN_LOCK_UNLOCKED(percpu_lock);
static ATOMIC_NOTIFIER_HEAD(atomic_chain);
static BLOCKING_NOTIFIER_HEAD(blocking_chain);
SRCU_NOTIFIER_HEAD_STATIC(srcu_chain);
static const struct rhashtable_params params = { .key_len = 4, .head_offset = 8 };

static void set_up(struct thing *t)
{
	spin_lock_init(&t->spin);
	raw_spin_lock_init(&t->raw);
	rwlock_init(&t->rw);
	mutex_init(&t->mutex);
	init_rwsem(&t->sem);
	sema_init(&t->count, 1);
	init_completion(&t->done);
	init_waitqueue_head(&t->queue);
	xa_init(&t->xa);
	seqlock_init(&t->seq);
}

static void uses(spinlock_t *s, raw_spinlock_t *r, rwlock_t *w, struct mutex *m,
		 struct rw_semaphore *rs, struct semaphore *c, struct completion *d,
		 wait_queue_head_t *q, struct xarray *x, seqlock_t *sq)
{
	unsigned long flags;

	for (int i = 0; i < 2; i++) {
		WARN_ON(spin_is_locked(s) || mutex_is_locked(m) || rwsem_is_locked(rs));
		spin_lock_irqsave(s, flags);
		assert_spin_locked(s);
		spin_unlock_irqrestore(s, flags);
		WARN_ON(!spin_trylock(s));
		WARN_ON(spin_trylock(s) || spin_is_contended(s));
		spin_unlock(s);
		raw_spin_lock(r);
		raw_spin_unlock(r);
		read_lock(w);
		read_unlock(w);
		write_lock_bh(w);
		WARN_ON(read_trylock(w));
		write_unlock_bh(w);
		mutex_lock(m);
		WARN_ON(!mutex_is_locked(m));
		mutex_unlock(m);
		WARN_ON(!mutex_trylock(m));
		mutex_unlock(m);
		down_write(rs);
		downgrade_write(rs);
		up_read(rs);
		down_read(rs);
		WARN_ON(down_write_trylock(rs));
		up_read(rs);
		down(c);
		WARN_ON(!down_trylock(c));
		up(c);
		complete(d);
		wait_for_completion(d);
		reinit_completion(d);
		WARN_ON(completion_done(d));
		wake_up(q);
		spin_lock_irq(&q->lock);
		wake_up_locked(q);
		spin_unlock_irq(&q->lock);
		xa_store(x, 1, q, GFP_KERNEL);
		xa_lock(x);
		xa_unlock(x);
		xa_destroy(x);
		write_seqlock(sq);
		write_sequnlock(sq);
	}
}

static void uses_thing(struct thing *t)
{
	uses(&t->spin, &t->raw, &t->rw, &t->mutex, &t->sem, &t->count, &t->done, &t->queue, &t->xa,
	     &t->seq);
}

static int thread(void *unused)
{
	task_lock(current);
	task_unlock(current);
	while (unused && !kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void worked(struct kthread_work *w)
{
	(void)w;
	complete(&done);
}
static DEFINE_KTHREAD_WORK(work, worked);

/* What the kernel sets up itself. */
static void theirs(void)
{
	struct device *dev = root_device_register("setup");
	struct percpu_rw_semaphore prs;
	struct percpu_counter counter;
	struct kthread_worker *copy = kmalloc(sizeof(*copy), GFP_KERNEL), *made;
	struct task_struct *runner;
	struct srcu_struct srcu;
	struct rhashtable ht;

	device_lock(dev);
	device_unlock(dev);
	root_device_unregister(dev);
	mmap_read_lock(current->mm);
	spin_lock(&current->mm->page_table_lock);
	spin_unlock(&current->mm->page_table_lock);
	mmap_read_unlock(current->mm);
	thread(NULL);
	kthread_stop(kthread_run(thread, dev, "theirs"));
	WARN_ON(percpu_init_rwsem(&prs));
	percpu_down_write(&prs);
	percpu_up_write(&prs);
	percpu_free_rwsem(&prs);
	WARN_ON(percpu_counter_init(&counter, 0, GFP_KERNEL));
	percpu_counter_add(&counter, 1 << 20);
	percpu_counter_destroy(&counter);
	WARN_ON(init_srcu_struct(&srcu));
	synchronize_srcu(&srcu);
	cleanup_srcu_struct(&srcu);
	srcu_read_unlock(&own, srcu_read_lock(&own));
	synchronize_srcu(&own);
	cleanup_srcu_struct(&own);
	WARN_ON(init_srcu_struct(&own));
	srcu_barrier(&own);
	cleanup_srcu_struct(&own);
	runner = kthread_run(kthread_worker_fn, &worker, "worker");
	kthread_queue_work(&worker, &work);
	wait_for_completion(&done);
	kthread_flush_worker(&worker);
	kthread_stop(runner);
	kthread_init_worker(copy);
	kfree(copy);
	made = kthread_create_worker(0, "made");
	kthread_destroy_worker(made);
	ida_free(&ida, ida_alloc(&ida, GFP_KERNEL));
	ida_destroy(&ida);
	WARN_ON(rhashtable_init(&ht, &params));
	mutex_lock(&ht.mutex);
	mutex_unlock(&ht.mutex);
	rhashtable_destroy(&ht);
	spin_lock(raw_cpu_ptr(&percpu_lock));
	spin_unlock(raw_cpu_ptr(&percpu_lock));
	atomic_notifier_call_chain(&atomic_chain, 0, NULL);
	blocking_notifier_call_chain(&blocking_chain, 0, NULL);
	srcu_notifier_call_chain(&srcu_chain, 0, NULL);
	idr_alloc(&idr, dev, 0, 0, GFP_KERNEL);
	idr_destroy(&idr);
	wake_up_var(&idr);
	wait_var_event(&idr, 1);
}

static int __init setup_init(void)
{
	struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL), *copy;
	struct swait_queue_head head;

	if (!*what) {
		init_swait_queue_head(&head);
		swake_up_one(&head);
		set_up(t);
		uses_thing(t);
		copy = kmemdup(t, sizeof(*t), GFP_KERNEL);
		init_waitqueue_head(&copy->queue);
		uses_thing(copy);
		kfree(copy);
		uses(&spin, &raw, &rw, &mutex, &sem, &count, &done, &queue, &xa, &seq);
		theirs();
	}
	for (int i = 0; i < 2; i++) {
		if (IS("spin"))
			spin_lock(&t->spin); /* HERE spin */
		if (IS("spin"))
			spin_unlock(&t->spin);
		if (IS("static"))
			spin_lock(&nobodys.spin); /* HERE static */
		if (IS("static"))
			spin_unlock(&nobodys.spin);
		if (IS("raw"))
			raw_spin_lock(&t->raw); /* HERE raw */
		if (IS("raw"))
			raw_spin_unlock(&t->raw);
		if (IS("read"))
			read_lock(&t->rw); /* HERE read */
		if (IS("read"))
			read_unlock(&t->rw);
		if (IS("write"))
			write_lock(&t->rw); /* HERE write */
		if (IS("write"))
			write_unlock(&t->rw);
		if (IS("mutex"))
			mutex_lock(&t->mutex); /* HERE mutex */
		if (IS("mutex"))
			mutex_unlock(&t->mutex);
		if (IS("trymutex") && mutex_trylock(&t->mutex)) /* HERE trymutex */
			mutex_unlock(&t->mutex);
		if (IS("sem"))
			down_write(&t->sem); /* HERE sem */
		if (IS("sem"))
			up_write(&t->sem);
		if (IS("rsem"))
			down_read(&t->sem); /* HERE rsem */
		if (IS("rsem"))
			up_read(&t->sem);
		if (IS("count"))
			up(&t->count); /* HERE count */
		if (IS("done"))
			complete(&t->done); /* HERE done */
		if (IS("queue"))
			wake_up(&t->queue); /* HERE queue */
		if (IS("wait"))
			wait_event_timeout(t->queue, i, 1); /* HERE wait */
		if (IS("xa"))
			xa_lock(&t->xa); /* HERE xa */
		if (IS("xa"))
			xa_unlock(&t->xa);
		if (IS("seq"))
			write_seqlock(&t->seq); /* HERE seq */
		if (IS("seq"))
			write_sequnlock(&t->seq);
		if (IS("store"))
			xa_store(&t->xa, 1, t, GFP_KERNEL); /* HERE store */
		if (IS("range"))
			xa_store_range(&t->xa, 1, 2, NULL, GFP_KERNEL); /* HERE range */
		if (IS("erase"))
			xa_erase(&t->xa, 1); /* HERE erase */
		if (IS("destroy"))
			xa_destroy(&t->xa); /* HERE destroy */
		if (IS("reader"))
			srcu_read_unlock(&t->srcu, srcu_read_lock(&t->srcu)); /* HERE reader */
		if (IS("srcu"))
			synchronize_srcu(&t->srcu); /* HERE srcu */
		if (IS("gone"))
			synchronize_srcu(&gone); /* HERE gone */
		if (IS("worker"))
			kthread_queue_work(&t->worker, &work); /* HERE worker */
	}
	kfree(t);
	return 0;
}

static void __exit setup_exit(void)
{
}
module_init(setup_init);
module_exit(setup_exit);
MODULE_LICENSE("Dual MIT/GPL");
C
for CC in gcc clang; do
	$CC -g -O1 -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="setup"' -o "$TMP/setup" \
		"$TMP/setup.c" "$BUILDDIR/libkmemu.a" -pthread || fail "$CC: it does not compile"
	expect 0 "$K" "$TMP/setup"
	verdict clean
	KMEMU_OPTIONS=profile=audit expect 0 "$K" "$TMP/setup"
	verdict clean
done
# told WHAT TEXT
told() {
	expect 0 "$K" "$TMP/setup" "what=$1"
	lines 1 "$TMP/err" '^kmemu: verdict: findings=1'
	told_at kernel-warning "$TMP/setup.c" "$1" "$2: nobody set this lock up"
}
for i in spin static raw count done queue wait xa seq store range erase destroy worker; do
	told $i 'BUG: spinlock bad magic'
done
for i in read write; do
	told $i 'BUG: rwlock bad magic'
done
for i in mutex trymutex; do
	told $i 'DEBUG_LOCKS_WARN_ON\(lock->magic != lock\)'
done
for i in reader srcu gone; do
	told $i 'srcu_struct'
done
for i in sem rsem; do
	told $i 'DEBUG_RWSEMS_WARN_ON\(sem->magic != sem\)'
done
KMEMU_OPTIONS=context=off expect 0 "$K" "$TMP/setup" what=spin
verdict clean
done_ok
