#!/bin/sh
# run: timeout=120
# Mistakes of drivers that end in a hang, a leak or an oops in the kernel: each is told
# in one finding, at its line, and the program goes on; what is nearly it is silent.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/mistakes.c" <<'C'
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct locked {
	char name[40];
	struct mutex mutex;
	struct rw_semaphore sem;
};

struct object {
	struct rcu_head rcu;
	int value;
};

static char *what = "";
module_param(what, charp, 0);
static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static DECLARE_WAIT_QUEUE_HEAD(queue);
static int looks;
static DECLARE_COMPLETION(done);
static struct kmem_cache *cache;
static struct timer_list timer;
static struct hrtimer hr;
static struct work_struct work;
static struct tasklet_struct tasklet;
static int id;

static void timer_waits(struct timer_list *t)
{
	if (!strcmp(what, "timer-own"))
		timer_delete_sync(t); /* HERE timer-own */
	else
		timer_delete(t);
	complete(&done);
}

static void timer_leaks(struct timer_list *t)
{ /* HERE timer-leak */
	(void)t;
	spin_lock(&lock);
	complete(&done);
}

static void timer_reads_on(struct timer_list *t)
{ /* HERE timer-rcu-leak */
	(void)t;
	rcu_read_lock();
	complete(&done);
}

static enum hrtimer_restart hr_enables(struct hrtimer *t)
{ /* HERE hrtimer-irqs-on */
	(void)t;
	spin_lock_irq(&lock);
	spin_unlock_irq(&lock);
	complete(&done);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart hr_waits(struct hrtimer *t)
{
	if (!strcmp(what, "hrtimer-own"))
		hrtimer_cancel(t); /* HERE hrtimer-own */
	else if (hrtimer_try_to_cancel(t) != -1)
		pr_err("its function runs\n");
	complete(&done);
	return HRTIMER_NORESTART;
}

static void work_waits(struct work_struct *w)
{
	if (!strcmp(what, "work-own"))
		cancel_work_sync(w); /* HERE work-own */
	else
		cancel_work(w);
	complete(&done);
}

static void tasklet_leaks(struct tasklet_struct *t)
{ /* HERE tasklet-leak */
	(void)t;
	preempt_disable();
	complete(&done);
}

static irqreturn_t irq_comes_on(int irq, void *d)
{ /* HERE irq-on */
	(void)irq;
	(void)d;
	spin_lock_irq(&lock);
	spin_unlock_irq(&lock);
	return IRQ_HANDLED;
}

static irqreturn_t irq_stays_off(int irq, void *d)
{
	unsigned long flags;

	(void)irq;
	(void)d;
	spin_lock_irqsave(&lock, flags);
	spin_unlock_irqrestore(&lock, flags);
	return IRQ_HANDLED;
}

static bool second_look(void)
{
	bool second;

	mutex_lock(&mutex); /* HERE condition */
	second = looks++ > 0;
	mutex_unlock(&mutex);
	return second;
}

static bool allocates(void)
{
	vfree(vmalloc(PAGE_SIZE)); /* HERE condition-vmalloc */
	return looks++ > 0;
}

static void allocate(gfp_t flags)
{
	void *p;

	set_current_state(TASK_UNINTERRUPTIBLE);
	if (!strcmp(what, "state-cache"))
		kmem_cache_free(cache, kmem_cache_alloc(cache, flags)); /* HERE state-cache */
	else if (!strcmp(what, "state-pages"))
		free_page(__get_free_page(flags)); /* HERE state-pages */
	p = kmalloc(64, flags); /* HERE state-kmalloc */
	p = krealloc(p, 4000, flags);
	kfree(p);
	__set_current_state(TASK_RUNNING);
	kfree(kmalloc(64, GFP_KERNEL));
	set_current_state(TASK_INTERRUPTIBLE);
	schedule_timeout(1);
	kfree(kmalloc(64, GFP_KERNEL));
}

static void timer_wakes(struct timer_list *t)
{
	(void)t;
	wake_up(&queue);
}

static void never(struct timer_list *t)
{
	(void)t;
	panic("a timer in freed memory fired");
}

static enum hrtimer_restart hr_never(struct hrtimer *t)
{
	(void)t;
	panic("an hrtimer in freed memory fired");
}

static void work_never(struct work_struct *w)
{
	(void)w;
	panic("work in freed memory ran");
}

static void work_sleeps(struct work_struct *w)
{
	(void)w;
	msleep(200);
}

static DECLARE_WORK(sleeper, work_sleeps);

struct armed {
	char name[200];
	struct timer_list timer;
	struct hrtimer hr;
	struct work_struct work;
	struct delayed_work delayed;
};

static void work_frees(struct work_struct *w)
{
	kfree(container_of(w, struct armed, work));
}

static DECLARE_COMPLETION(freed);

static void timer_frees(struct timer_list *t)
{
	kfree(from_timer((struct armed *)NULL, t, timer));
	complete(&freed);
}

static struct armed *new_armed(void *p)
{
	struct armed *o = p;

	timer_setup(&o->timer, never, 0);
	hrtimer_init(&o->hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	o->hr.function = hr_never;
	INIT_WORK(&o->work, work_never);
	INIT_DELAYED_WORK(&o->delayed, work_never);
	return o;
}

static void odebug(void)
{
	struct kmem_cache *s = kmem_cache_create("armed", sizeof(struct armed), 0, 0, NULL);
	struct armed *o = new_armed(kmalloc(sizeof(*o), GFP_KERNEL));
	struct armed *v = new_armed(vmalloc(sizeof(*v))), *c = new_armed(kmem_cache_alloc(s, GFP_KERNEL));
	struct armed *page = new_armed((void *)__get_free_page(GFP_KERNEL));
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered", 0);

	if (!strcmp(what, "odebug-timer"))
		mod_timer(&o->timer, jiffies + HZ / 5);
	else if (!strcmp(what, "odebug-hrtimer"))
		hrtimer_start(&v->hr, ms_to_ktime(200), HRTIMER_MODE_REL);
	else if (!strcmp(what, "odebug-delayed"))
		schedule_delayed_work(&c->delayed, HZ / 5);
	else if (!strcmp(what, "odebug-page"))
		mod_timer(&page->timer, jiffies + HZ / 5);
	if (!strcmp(what, "odebug-work")) {
		queue_work(wq, &sleeper);
		queue_work(wq, &o->work);
	}
	if (!strcmp(what, "odebug-not")) {
		v->timer.function = timer_wakes;
		mod_timer(&v->timer, jiffies + 1);
		mod_timer(&page->timer, jiffies + HZ / 5);
		timer_delete_sync(&page->timer);
		schedule_delayed_work(&c->delayed, HZ / 5);
		cancel_delayed_work_sync(&c->delayed);
		o->timer.function = timer_frees;
		mod_timer(&o->timer, jiffies + 1);
		wait_for_completion(&freed);
		while (timer_pending(&v->timer))
			msleep(1);
		timer_delete_sync(&v->timer);
		o = new_armed(kmalloc(sizeof(*o), GFP_KERNEL));
		INIT_WORK(&o->work, work_frees);
		schedule_work(&o->work);
		flush_scheduled_work();
		hrtimer_start(&v->hr, 10000000000, HRTIMER_MODE_REL);
		hrtimer_cancel(&v->hr);
		o = NULL;
	}
	kfree(o); /* HERE odebug-timer */ /* HERE odebug-work */
	vfree(v); /* HERE odebug-hrtimer */
	kmem_cache_free(s, c); /* HERE odebug-delayed */
	free_page((unsigned long)page); /* HERE odebug-page */
	destroy_workqueue(wq);
	msleep(300);
	kmem_cache_destroy(s);
}

static char statics[PAGE_SIZE];

static void sizes(void)
{
	char stack[64], *p = (char *)__get_free_page(GFP_KERNEL), *v = vmalloc(PAGE_SIZE);
	char *pages = (char *)__get_free_pages(GFP_KERNEL | __GFP_COMP, 2);
	const void *of = p;

	if (!strcmp(what, "size-stack"))
		of = stack;
	else if (!strcmp(what, "size-static"))
		of = statics;
	else if (!strcmp(what, "size-vmalloc"))
		of = v;
	else if (!strcmp(what, "size-not"))
		of = pages;
	OPTIMIZER_HIDE_VAR(of);
	if (!strcmp(what, "size-cache"))
		kmem_cache_free(cache, p); /* HERE size-cache */
	else if (!strcmp(what, "size-krealloc"))
		p = krealloc(p, 3 * PAGE_SIZE, GFP_KERNEL); /* HERE size-krealloc */
	else if (ksize(of) != (strcmp(what, "size-not") ? 0 : 4 * PAGE_SIZE)) /* HERE size */
		panic("a size");
	if (!strcmp(what, "size-krealloc"))
		kfree(p);
	else if (strcmp(what, "size-cache"))
		free_page((unsigned long)p);
	if (!strcmp(what, "size-not")) {
		ksize(NULL);
		ksize(ZERO_SIZE_PTR);
	}
	vfree(v);
	free_pages((unsigned long)pages, 2);
}

static void might(void)
{
	static DEFINE_MUTEX(other);
	bool twice = !strcmp(what, "might-twice"), atomic = !strcmp(what, "might-atomic");

	might_lock(&lock);
	if (twice)
		mutex_lock(&mutex);
	mutex_lock(&other);
	might_lock(&mutex); /* HERE might-twice */
	mutex_unlock(&other);
	if (twice)
		mutex_unlock(&mutex);
	spin_lock(&lock);
	if (atomic)
		might_lock(&mutex); /* HERE might-atomic */
	spin_unlock(&lock);
}

static int keeps_mutex(void *m)
{
	mutex_lock(m); /* HERE thread-mutex */
	return 0;
}

static int keeps_sem(void *sem)
{
	down_read(sem); /* HERE thread-rwsem */
	return 0;
}

static int keeps_nothing(void *d)
{
	struct locked *o = d;

	mutex_lock(&o->mutex);
	down_write(&o->sem);
	vfree(vmalloc(100));
	kfree(kmalloc(64, GFP_KERNEL));
	msleep(1);
	mutex_unlock(&o->mutex);
	downgrade_write(&o->sem);
	up_read(&o->sem);
	return mutex_trylock(&o->mutex) && (mutex_unlock(&o->mutex), 1) &&
	       down_read_trylock(&o->sem) && (up_read(&o->sem), down_read_non_owner(&o->sem), 0);
}

static int ends(void *d)
{
	return d != NULL;
}

static void run_thread(int (*fn)(void *), void *d)
{
	struct task_struct *task = kthread_create(fn, d, "keeper");

	get_task_struct(task);
	wake_up_process(task);
	msleep(20);
	kthread_stop(task);
	put_task_struct(task);
}

static void hold(void)
{
	struct locked *o = kzalloc(sizeof(*o), GFP_KERNEL), *v = vzalloc(sizeof(*v));

	if (!o || !v)
		return;
	mutex_init(&o->mutex);
	mutex_init(&v->mutex);
	init_rwsem(&v->sem);
	if (!strcmp(what, "thread-mutex"))
		run_thread(keeps_mutex, &o->mutex);
	else if (!strcmp(what, "thread-rwsem"))
		run_thread(keeps_sem, &v->sem);
	else if (!strcmp(what, "thread-not"))
		run_thread(keeps_nothing, v);
	else if (!strcmp(what, "free-mutex"))
		mutex_lock(&o->mutex);
	else if (!strcmp(what, "free-rwsem"))
		down_write(&v->sem);
	if (!strcmp(what, "thread-not"))
		up_read_non_owner(&v->sem);
	kfree(o); /* HERE free-mutex */
	vfree(v); /* HERE free-rwsem */
}

static void free_object(struct rcu_head *head)
{
	kmem_cache_free(cache, container_of(head, struct object, rcu));
}

static void run_timer(void (*fn)(struct timer_list *t))
{
	timer_setup(&timer, fn, 0);
	mod_timer(&timer, jiffies);
	wait_for_completion(&done);
	msleep(5);
}

static int run_irq(irq_handler_t fn)
{
	int err = request_irq(5, fn, 0, "mistakes", &id);

	if (!err) {
		kmemu_raise_irq(5);
		free_irq(5, &id);
	}
	return err;
}

static int __init mistakes_init(void)
{
	struct object *o;
	struct page *page;
	void *p;

	cache = kmem_cache_create("mistakes", sizeof(struct object), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	timer_setup(&timer, timer_wakes, 0);
	if (!strcmp(what, "timer-own") || !strcmp(what, "timer-not-sync")) {
		run_timer(timer_waits);
	} else if (!strcmp(what, "timer-leak")) {
		run_timer(timer_leaks);
	} else if (!strcmp(what, "hrtimer-irqs-on")) {
		hrtimer_init(&hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hr.function = hr_enables;
		hrtimer_start(&hr, 1000, HRTIMER_MODE_REL);
		wait_for_completion(&done);
		hrtimer_cancel(&hr);
	} else if (!strcmp(what, "timer-rcu-leak")) {
		run_timer(timer_reads_on);
		synchronize_rcu(); /* it ends */
	} else if (!strcmp(what, "hrtimer-own") || !strcmp(what, "hrtimer-try")) {
		hrtimer_init(&hr, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
		hr.function = hr_waits;
		hrtimer_start(&hr, 1000, HRTIMER_MODE_REL);
		wait_for_completion(&done);
		hrtimer_cancel(&hr);
	} else if (!strcmp(what, "work-own") || !strcmp(what, "work-not-sync")) {
		INIT_WORK(&work, work_waits);
		schedule_work(&work);
		wait_for_completion(&done);
		flush_work(&work);
	} else if (!strcmp(what, "tasklet-leak")) {
		tasklet_setup(&tasklet, tasklet_leaks);
		tasklet_schedule(&tasklet);
		wait_for_completion(&done);
		tasklet_kill(&tasklet);
	} else if (!strcmp(what, "irq-on")) {
		return run_irq(irq_comes_on);
	} else if (!strcmp(what, "irq-off")) {
		return run_irq(irq_stays_off);
	} else if (!strcmp(what, "irq-not-mine")) {
		free_irq(6, &id); /* HERE irq-not-mine */
	} else if (!strcmp(what, "irq-unbalanced")) {
		enable_irq(6); /* HERE irq-unbalanced */
	} else if (!strcmp(what, "mutex-unlock")) {
		mutex_unlock(&mutex); /* HERE mutex-unlock */
	} else if (!strcmp(what, "mutex")) {
		if (!mutex_trylock(&mutex) || mutex_trylock(&mutex))
			return -EBUSY;
		mutex_unlock(&mutex);
		mutex_lock(&mutex);
		mutex_unlock(&mutex);
	} else if (!strcmp(what, "state")) {
		set_current_state(TASK_INTERRUPTIBLE);
		mutex_lock(&mutex); /* HERE state */
		mutex_unlock(&mutex);
		__set_current_state(TASK_RUNNING);
	} else if (!strcmp(what, "condition")) {
		wait_event_timeout(queue, second_look(), 2);
	} else if (!strncmp(what, "might-", 6)) {
		might();
	} else if (!strncmp(what, "size-", 5)) {
		sizes();
	} else if (!strncmp(what, "odebug-", 7)) {
		odebug();
	} else if (!strcmp(what, "thread-gone")) {
		p = kthread_run(ends, NULL, "short");
		msleep(20);
		kthread_stop(p); /* HERE thread-gone */
	} else if (!strncmp(what, "thread-", 7) || !strncmp(what, "free-", 5)) {
		hold();
	} else if (!strcmp(what, "condition-vmalloc")) {
		wait_event_timeout(queue, allocates(), 2);
	} else if (!strncmp(what, "state-", 6) && strcmp(what, "state-waits")) {
		allocate(strcmp(what, "state-atomic") ? GFP_KERNEL : GFP_ATOMIC);
	} else if (!strcmp(what, "state-waits")) {
		set_current_state(TASK_INTERRUPTIBLE);
		cond_resched();
		schedule_timeout(1);
		mutex_lock(&mutex);
		mutex_unlock(&mutex);
		spin_lock_irq(&lock);
		wait_event_lock_irq(queue, looks++ > 0 || mod_timer(&timer, jiffies), lock);
		spin_unlock_irq(&lock);
	} else if (!strcmp(what, "mutex-twice")) {
		mutex_lock(&mutex);
		mutex_lock(&mutex);
	} else if (!strcmp(what, "no-barrier") || !strcmp(what, "barrier")) {
		o = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!o)
			return -ENOMEM;
		kfree_rcu_mightsleep(kmalloc(8, GFP_KERNEL));
		call_rcu(&o->rcu, free_object);
		if (!strcmp(what, "barrier"))
			rcu_barrier();
		kmem_cache_destroy(cache); /* HERE no-barrier */
		rcu_barrier();
	} else if (!strcmp(what, "put-twice") || !strcmp(what, "put")) {
		page = alloc_page(GFP_KERNEL);
		get_page(page);
		put_page(page);
		put_page(page);
		if (!strcmp(what, "put-twice"))
			put_page(page); /* HERE put-twice */
	} else if (!strcmp(what, "cache-null")) {
		kmem_cache_free(cache, NULL); /* HERE cache-null */
	} else if (!strcmp(what, "cap")) {
		kfree(kmalloc(256 << 10, GFP_KERNEL)); /* HERE cap */
	} else if (!strcmp(what, "cap-realloc")) {
		p = kmalloc(100, GFP_KERNEL);
		kfree(krealloc(p, 256 << 10, GFP_KERNEL) ?: p); /* HERE cap-realloc */
	} else if (!strcmp(what, "cap-nowarn")) {
		kfree(kmalloc(256 << 10, GFP_KERNEL | __GFP_NOWARN));
		kvfree(kvmalloc(256 << 10, GFP_KERNEL));
	} else if (!strcmp(what, "all-memory")) {
		vfree(vmalloc(1UL << 50)); /* HERE all-memory */
	} else if (!strcmp(what, "all-memory-nowarn")) {
		vfree(__vmalloc(1UL << 50, GFP_KERNEL | __GFP_NOWARN));
	} else {
		return -EINVAL;
	}
	return 0;
}
module_init(mistakes_init);
MODULE_LICENSE("Dual MIT/GPL");
C
cc -g -O1 -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="mistakes"' -o "$TMP/mistakes" \
	"$TMP/mistakes.c" "$BUILDDIR/libkmemu.a" -pthread || { fail "it does not compile"; done_ok; }
# found WHAT KIND TEXT [LINE]
found() {
	expect 0 "$K" "$TMP/mistakes" "what=$1"
	told_at "$2" "$TMP/mistakes.c" "${4:-$1}" "$3"
}
found timer-own kernel-warning 'timer_delete_sync\(\) waits for the timer whose function calls it'
found hrtimer-irqs-on kernel-warning 'hr_enables\+0x0/.* enabled interrupts in an interrupt'
found timer-rcu-leak kernel-warning 'timer_reads_on\+0x0/.* rcu_read_lock leak: 0 -> 1'
found timer-leak kernel-warning 'timer: timer_leaks\+0x0/.* preempt leak: 00000100 -> 00000101'
found hrtimer-own kernel-warning 'hrtimer_cancel\(\) waits for the timer whose function calls it'
found work-own kernel-warning 'cancel_work_sync\(\) waits for the work whose function calls it'
found tasklet-leak kernel-warning 'huh, entered softirq 6 TASKLET tasklet_leaks\+0x0/.* exited with 00000101'
found irq-on kernel-warning 'irq 5 handler irq_comes_on\+0x0/.* enabled interrupts'
found irq-not-mine kernel-warning 'Trying to free already-free IRQ 6'
found irq-unbalanced kernel-warning 'Unbalanced enable for IRQ 6'
found mutex-unlock kernel-warning 'DEBUG_LOCKS_WARN_ON\(__owner_task\(owner\) != current\)'
found state kernel-warning 'do not call blocking ops when !TASK_RUNNING; state=1, in mutex_lock\(\)'
found condition kernel-warning 'do not call blocking ops when !TASK_RUNNING; state=2, in mutex_lock\(\)'
found thread-mutex lock-held-at-exit 'WARNING: keeper/[0-9]+ still has locks held!'
grep -Eq ' #0: [0-9a-f]+ \(&o->mutex\)\{\+\.\+\.\}-\{3:3\}, at: keeps_mutex\+' "$TMP/err" || fail "not listed"
found thread-gone kernel-warning 'refcount_t: addition on 0; use-after-free'
found thread-rwsem lock-held-at-exit 'WARNING: keeper/[0-9]+ still has locks held!'
found free-mutex held-lock-freed 'WARNING: held lock freed!'
found free-rwsem held-lock-freed 'is freeing memory .* with a lock still held there!'
odebug='ODEBUG: free active \(active state 0\) object: [0-9a-f]+ object type: '
found odebug-timer kernel-warning "${odebug}timer_list hint: never\+0x0/"
found odebug-hrtimer kernel-warning "${odebug}hrtimer hint: hr_never\+0x0/"
found odebug-work kernel-warning "${odebug}work_struct hint: work_never\+0x0/"
found odebug-delayed kernel-warning "${odebug}timer_list hint: work_never\+0x0/"
found odebug-page kernel-warning "${odebug}timer_list hint: never\+0x0/"
for of in stack static vmalloc page; do
	found size-$of kernel-warning 'ksize\(\) of memory that is no object of a slab' size
done
found might-twice kernel-warning 'possible recursive locking detected: might_lock\(\)'
found might-atomic sleep-in-atomic 'might_lock'
found size-cache invalid-free 'kmem_cache_free: 0x[0-9a-f]+ is a page block of 4096 bytes'
found size-krealloc invalid-free 'krealloc: 0x[0-9a-f]+ is a page block of 4096 bytes'
state='do not call blocking ops when !TASK_RUNNING; state='
found condition-vmalloc kernel-warning "${state}2, in vmalloc\(\)"
found state-kmalloc kernel-warning "${state}2, in kmalloc\(\)"
found state-cache kernel-warning "${state}2, in kmem_cache_alloc\(\)"
found state-pages kernel-warning "${state}2, in alloc_pages\(\)"
found no-barrier objects-remaining 'mistakes.*Objects remaining'
found put-twice bad-page 'nonzero _refcount'
found cache-null foreign-free 'kmem_cache_free'
found cap gfp-warning 'kmalloc: size above kmalloc_max: order:6, mode:0xcc0\(GFP_KERNEL\)'
found cap-realloc gfp-warning 'krealloc: size above kmalloc_max'
found all-memory page-alloc-failure 'vmalloc error: size 1125899906842624, exceeds total pages'
# It waits for ever, as there.
KMEMU_OPTIONS="log=$TMP/log" "$TMP/mistakes" what=mutex-twice &
logged_then_killed $! "$TMP/log" 'possible recursive locking detected: mutex_lock()'
for silent in timer-not-sync hrtimer-try work-not-sync irq-off mutex state-waits state-atomic thread-not free-not odebug-not size-not might-not \
	barrier put cap-nowarn \
	all-memory-nowarn; do
	expect 0 "$K" "$TMP/mistakes" "what=$silent"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
done
done_ok
