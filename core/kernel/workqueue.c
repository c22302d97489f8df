/*
 * workqueue.c - work in process context (kernel: kernel/workqueue.c
 * process_one_work, start_flush_work, __cancel_work_sync).
 *
 * All queues share one list of what is queued and one pool of workers. A worker
 * takes the first work that may run: whose queue has fewer at it than max_active,
 * and which no other worker is at. A worker that takes the last idle one's place
 * makes another before it goes to work, so that work which sleeps holds nothing
 * up (kernel: maybe_create_worker).
 *
 * Each work that is queued gets the next number. To flush is to wait until none
 * with a number up to now is queued or running, of that work or of that queue.
 *
 * Work of a queue with WQ_BH runs on a worker as well, in softirq context.
 *
 * Work that was queued on a CPU runs on a worker that has that CPU's number while it
 * does (kernel: a worker of that CPU's pool).
 *
 * Different from the kernel: other work has no CPU, so bound and unbound, priorities and
 * concurrency levels are the same; workers stay; every queue has its rescuer, as
 * nobody waits for memory.
 *
 * Invariants: QUEUED is set of what is on the list; a worker's current is not NULL
 * while it runs; wq->active counts these.
 * Locks: wq_lock, a leaf. Memory: 4 KiB. Cost: nothing until the first work; then
 * two threads.
 */
#include "core/kernel/debugobjects.h"
#include "core/kernel/softirq.h"

#include "core/check/lock.h"
#include "core/lib/vsprintf.h"
#include "core/mm/pcpu.h"
#include "core/report/report.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/rcu.h"
#include "include/kmemu/workqueue.h"

#define WORKERS_MAX   256
#define UNBOUND_WQ    3 /* of the system's: WQ_UNBOUND */
#define BH_WQS	      7 /* of the system's, from here on: WQ_BH */
#define WQ_MAX	      64 /* more are mapped */
#define WQ_DFL_ACTIVE 256
#define WQ_MAX_ACTIVE 512
#define WQ_MEM_RECLAIM (1U << 3) /* include/linux/workqueue.h */
#define WQ_HIGHPRI     0x10u
#define DISABLED      (~(KMEMU_WORK_DISABLED - 1)) /* how often, above the flags */
#define REFUSES	      (KMEMU_WORK_CANCELING | DISABLED)

struct workqueue_struct {
	struct list_head entry; /* in free_wqs */
	char name[32];
	u32 flags, max_active, active;
	u32 has_class; /* it is a lock to lockdep, by lock_name */
	char lock_name[LOCK_NAME_BYTES];
	const void *map; /* of whose class it is; NULL: of one of its own */
};

struct worker {
	struct list_head entry; /* in busy */
	struct work_struct *current;
	struct workqueue_struct *wq;
	u64 seq;
	u32 cpu; /* as the work's */
};

static struct kernel_lock wq_lock __own_word;
static struct list_head queued = LIST_HEAD_INIT(queued), busy = LIST_HEAD_INIT(busy);
static struct list_head free_wqs = LIST_HEAD_INIT(free_wqs);
static struct rb_root active; /* what is queued, by address */
static u32 nr_workers, nr_idle;
static u64 last_seq;
static struct event news, done; /* for workers; for those who wait */
static struct workqueue_struct system_wqs[9];

/* --- under the lock ------------------------------------------------------------ */

static struct worker *worker_of(const struct work_struct *work)
{
	struct worker *w;

	list_for_each_entry(w, &busy, entry)
		if (w->current == work)
			return w;
	return NULL;
}

static void insert_work(struct workqueue_struct *wq, struct work_struct *work, u32 cpu)
{
	work->wq = wq;
	work->cpu = cpu;
	work->seq = ++last_seq;
	WRITE_ONCE(work->data.counter, work->data.counter | KMEMU_WORK_PENDING | KMEMU_WORK_QUEUED);
	list_add_tail(&work->entry, &queued);
	debug_object_activate(&work->by_address, &active);
}

static bool take_off(struct work_struct *work)
{
	bool was = work->data.counter & KMEMU_WORK_QUEUED;

	if (was) {
		list_del(&work->entry);
		debug_object_deactivate(&work->by_address, &active);
	}
	WRITE_ONCE(work->data.counter,
		   work->data.counter & ~(KMEMU_WORK_PENDING | KMEMU_WORK_QUEUED));
	return was;
}

/* Kernel: the order within a queue of max_active 1 is that of queueing. */
static struct work_struct *first_runnable(void)
{
	struct work_struct *work;

	list_for_each_entry(work, &queued, entry)
		if (work->wq->active < work->wq->max_active && !worker_of(work))
			return work;
	return NULL;
}

/* Kernel: alloc_workqueue("events", ...) and so on; NULL: it is none of the system's. */
static const char *system_wq_name(const struct workqueue_struct *wq)
{
	static const char *const names[ARRAY_SIZE(system_wqs)] = {
		"events",
		"events_highpri",
		"events_long",
		"events_unbound",
		"events_freezable",
		"events_power_efficient",
		"events_freezable_pwr_efficient",
		"events_bh",
		"events_bh_highpri",
	};

	return wq >= system_wqs && wq < system_wqs + ARRAY_SIZE(names) ? names[wq - system_wqs] :
									 NULL;
}

/* --- workers --------------------------------------------------------------------- */

static int worker_thread(void *unused);

static void start_worker(u32 id)
{
	struct task *task = kthread_start(worker_thread, NULL, "kworker/u:%u", id);

	if (task)
		return;
	__atomic_fetch_sub(&nr_workers, 1, __ATOMIC_RELAXED);
	__atomic_fetch_sub(&nr_idle, 1, __ATOMIC_RELAXED);
}

/* Under the lock: a new one's number, or 0 when none is wanted. It counts as idle at once. */
static u32 want_worker(void)
{
	if (nr_idle || nr_workers >= WORKERS_MAX)
		return 0;
	nr_idle++;
	return ++nr_workers;
}

static bool take(struct worker *w, u32 *id)
{
	u64 mask = kernel_lock(&wq_lock);
	struct work_struct *work = first_runnable();

	*id = 0;
	if (work) {
		take_off(work);
		*w = (struct worker){ .current = work, .wq = work->wq, .seq = work->seq,
				      .cpu = work->cpu };
		list_add(&w->entry, &busy);
		w->wq->active++;
		nr_idle--;
		*id = want_worker();
	}
	kernel_unlock(&wq_lock, mask);
	return work;
}

static void put(struct worker *w)
{
	u64 mask = kernel_lock(&wq_lock);
	bool more;

	list_del(&w->entry);
	w->wq->active--;
	nr_idle++;
	more = !list_empty(&queued);
	kernel_unlock(&wq_lock, mask);
	event_signal(&done);
	if (more)
		event_signal(&news); /* what had to wait for this one */
}

/*
 * While a work runs, it and its queue are locks to lockdep, which who waits for either takes
 * (kernel: process_one_work(), touch_work_lockdep_map(), touch_wq_lockdep_map()).
 */
static const void *queue_map(struct workqueue_struct *wq, const void *caller)
{
	if (wq->map)
		return wq->map;
	/* Two threads may both do it: the same bytes, and the first one's class. */
	if (unlikely(!__atomic_load_n(&wq->has_class, __ATOMIC_ACQUIRE))) {
		kmemu_scnprintf(wq->lock_name, sizeof(wq->lock_name), "(wq_completion)%s",
				system_wq_name(wq) ?: wq->name);
		lock_class_init_key(wq, wq->lock_name, caller);
		__atomic_store_n(&wq->has_class, 1, __ATOMIC_RELEASE);
	}
	return wq;
}

/* The function of a work may free it (kernel: lockdep_copy_map()). NULL: of no class. */
static const void *work_map(const struct work_struct *work)
{
	const void *key = work->lock_key;

	return key == &work->lockdep_map ? lock_class_key(key) : key;
}

static void acquire_maps(struct workqueue_struct *wq, const void *key, const void *caller)
{
	lock_map_acquire(queue_map(wq, caller), LOCK_API, caller, CALLER_SP);
	if (key)
		lock_map_acquire(key, LOCK_API, caller, CALLER_SP);
}

static void release_maps(struct workqueue_struct *wq, const void *key)
{
	if (key)
		context_drop_lock(RAISE_MAP, key);
	context_drop_lock(RAISE_MAP, wq->map ? wq->map : wq);
}

static void call(struct workqueue_struct *wq, struct work_struct *work)
{
	void (*func)(struct work_struct *work) = work->func;
	struct interrupt i;
	bool bh = wq->flags & KMEMU_WQ_BH, maps = READ_ONCE(lock_order_on);
	const void *key = maps ? work_map(work) : NULL;

	if (bh)
		interrupt_enter(&i, RAISE_SOFTIRQ, (const void *)func);
	if (maps)
		acquire_maps(wq, key, (const char *)func + 1);
	func(work);
	if (maps)
		release_maps(wq, key);
	if (bh)
		interrupt_exit(&i, (const void *)func, "workqueue: %pS preempt leak: %08x -> %08x");
}

/* Kernel: process_one_work(). The work may be freed by its function. */
static void process(struct worker *w)
{
	struct task *task = task_current();
	struct work_struct *work = w->current;
	u32 own = pcpu_this_cpu();

	if (w->cpu)
		pcpu_bind(w->cpu - 1);
	task->private_data = (unsigned long)work;
	task->work_func = (const void *)work->func;
	WRITE_ONCE(task->wq, w->wq);
	call(w->wq, work);
	task->private_data = 0;
	task->wq = NULL;
	pcpu_bind(own);
	if (unlikely(!context_is_task()))
		lock_thread_end();
}

static int worker_thread(void *unused)
{
	struct worker w;

	(void)unused;
	task_current()->t.flags |= KMEMU_PF_WQ_WORKER;
	for (;;) {
		u32 seen = event_read(&news), id;

		if (!take(&w, &id)) {
			event_wait(&news, seen);
			continue;
		}
		if (id)
			start_worker(id);
		process(&w);
		put(&w);
	}
	return 0;
}

/* --- queueing -------------------------------------------------------------------- */

#define WQ_DESTROYED 0x40000u

/* Whose work the thread runs; the work itself may be gone. */
static const struct workqueue_struct *current_wq(void)
{
	return task_mine ? task_mine->wq : NULL;
}

/* Kernel: __queue_work(): while it is drained only its own works may queue; destroyed, none. */
static bool may_queue(const struct workqueue_struct *wq, const struct work_struct *work,
		      const void *caller)
{
	u32 flags = READ_ONCE(wq->flags);

	if (unlikely(!work->func)) {
		kernel_warn(caller, "kernel/workqueue.c", 2360, "a work without INIT_WORK()");
		return false;
	}
	if (likely(!(flags & (KMEMU_WQ_DRAINING | WQ_DESTROYED))))
		return true;
	if (!(flags & WQ_DESTROYED) && current_wq() == wq)
		return true;
	kernel_warn_text(caller, "kernel/workqueue.c", 2293,
			 "workqueue: cannot queue %ps on wq %s", (const void *)work->func,
			 wq->name);
	return false;
}

/* The bits say whether it may be; false: it was pending. */
static bool queue(struct workqueue_struct *wq, struct work_struct *work, long busy_bits,
		  u32 cpu, const void *caller)
{
	u32 id = 0;
	bool fresh;
	u64 mask;

	debug_objects_arm();
	if (unlikely(!may_queue(wq, work, caller)))
		return false;
	mask = kernel_lock(&wq_lock);
	fresh = !(work->data.counter & busy_bits);
	if (fresh) {
		insert_work(wq, work, cpu);
		id = want_worker();
	}
	kernel_unlock(&wq_lock, mask);
	if (id)
		start_worker(id);
	if (fresh)
		event_signal(&news);
	return fresh;
}

KMEMU_EXPORT int kmemu_queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return queue(wq, work, KMEMU_WORK_PENDING | REFUSES, 0, CALLER);
}

/* What a work keeps of it: WORK_CPU_UNBOUND and other numbers of no CPU are none. */
static u32 work_cpu(int cpu)
{
	return (u32)cpu < pcpu_nr_cpus() ? (u32)cpu + 1 : 0;
}

KMEMU_EXPORT int kmemu_queue_work_on(int cpu, struct workqueue_struct *wq,
				     struct work_struct *work)
{
	return queue(wq, work, KMEMU_WORK_PENDING | REFUSES, work_cpu(cpu), CALLER);
}

void delayed_work_timer_fn(struct timer_list *t)
{
	struct delayed_work *dw = container_of(t, struct delayed_work, timer);

	queue(dw->work.wq, &dw->work, KMEMU_WORK_QUEUED | REFUSES, dw->work.cpu,
	      (const char *)dw->work.func + 1);
}

const void *delayed_work_function(const struct kmemu_timer *timer)
{
	return (const void *)container_of(timer, struct delayed_work, timer.timer)->work.func;
}

static bool queue_delayed(struct workqueue_struct *wq, struct delayed_work *dw,
			  unsigned long delay, u32 cpu, const void *caller)
{
	u64 mask;
	bool fresh;

	if (!delay)
		return queue(wq, &dw->work, KMEMU_WORK_PENDING | REFUSES, cpu, caller);
	if (unlikely(!dw->work.func)) {
		kernel_warn(caller, "kernel/workqueue.c", 2533, "without INIT_DELAYED_WORK()");
		return false;
	}
	mask = kernel_lock(&wq_lock);
	fresh = !(dw->work.data.counter & (KMEMU_WORK_PENDING | REFUSES));
	if (fresh) {
		WRITE_ONCE(dw->work.data.counter, dw->work.data.counter | KMEMU_WORK_PENDING);
		dw->work.wq = dw->wq = wq;
		dw->work.cpu = cpu;
	}
	kernel_unlock(&wq_lock, mask);
	if (fresh) {
		dw->timer.function = delayed_work_timer_fn;
		kmemu_mod_timer(&dw->timer, kmemu_jiffies() + delay);
	}
	return fresh;
}

KMEMU_EXPORT int kmemu_queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw,
					  unsigned long delay)
{
	return queue_delayed(wq, dw, delay, 0, CALLER);
}

KMEMU_EXPORT int kmemu_queue_delayed_work_on(int cpu, struct workqueue_struct *wq,
					     struct delayed_work *dw, unsigned long delay)
{
	return queue_delayed(wq, dw, delay, work_cpu(cpu), CALLER);
}

/* Kernel: try_to_grab_pending(), and clear_pending_if_disabled(). */
static bool grab(struct work_struct *work, long mark)
{
	u64 mask = kernel_lock(&wq_lock);
	bool was = work->data.counter & KMEMU_WORK_PENDING;

	take_off(work);
	WRITE_ONCE(work->data.counter, work->data.counter | mark);
	kernel_unlock(&wq_lock, mask);
	if (was)
		event_signal(&done);
	return was;
}

/* The mark first, else a timer that fires now could queue it behind our back. */
static bool grab_delayed(struct delayed_work *dw, bool sync)
{
	bool was = grab(&dw->work, KMEMU_WORK_CANCELING);

	if (sync)
		kmemu_del_timer_sync(&dw->timer);
	else
		kmemu_del_timer(&dw->timer);
	return was;
}

static void allow(struct work_struct *work)
{
	u64 mask = kernel_lock(&wq_lock);

	WRITE_ONCE(work->data.counter, work->data.counter & ~KMEMU_WORK_CANCELING);
	kernel_unlock(&wq_lock, mask);
}

static bool mod_delayed(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay,
			u32 cpu, const void *caller)
{
	bool was = grab_delayed(dw, false);

	allow(&dw->work);
	queue_delayed(wq, dw, delay, cpu, caller);
	return was;
}

KMEMU_EXPORT int kmemu_mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw,
					unsigned long delay)
{
	return mod_delayed(wq, dw, delay, 0, CALLER);
}

KMEMU_EXPORT int kmemu_mod_delayed_work_on(int cpu, struct workqueue_struct *wq,
					   struct delayed_work *dw, unsigned long delay)
{
	return mod_delayed(wq, dw, delay, work_cpu(cpu), CALLER);
}

static void rcu_work_fn(struct callback_head *head)
{
	struct rcu_work *rw = container_of(head, struct rcu_work, rcu);

	queue(rw->work.wq, &rw->work, KMEMU_WORK_QUEUED | REFUSES, 0,
	      (const char *)rw->work.func + 1);
}

KMEMU_EXPORT int kmemu_queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rw)
{
	u64 mask = kernel_lock(&wq_lock);
	bool fresh = !(rw->work.data.counter & (KMEMU_WORK_PENDING | DISABLED));

	if (fresh) {
		WRITE_ONCE(rw->work.data.counter, rw->work.data.counter | KMEMU_WORK_PENDING);
		rw->work.wq = rw->wq = wq;
	}
	kernel_unlock(&wq_lock, mask);
	if (fresh)
		kmemu_call_rcu(&rw->rcu, rcu_work_fn);
	return fresh;
}

/* Who waits for it waits no longer. */
bool work_obj_freed(const void *p, size_t bytes, struct debug_object *found)
{
	u64 mask = kernel_lock(&wq_lock);
	struct rb_node *node = debug_object_in(&active, p, bytes);
	struct work_struct *work = node ? container_of(node, struct work_struct, by_address) : NULL;

	if (work) {
		*found = (struct debug_object){ work, (const void *)work->func, "work_struct" };
		take_off(work);
	}
	kernel_unlock(&wq_lock, mask);
	if (work)
		event_signal(&done);
	return work;
}

/* --- waiting --------------------------------------------------------------------- */

/* What is waited for: of a work or of a queue, queued up to seq. */
struct flush {
	const struct work_struct *work;
	const struct workqueue_struct *wq;
	u64 seq;
	bool running_only;
};

static bool is_meant(const struct flush *f, const struct work_struct *work,
		     const struct workqueue_struct *wq, u64 seq)
{
	return (f->work ? work == f->work : wq == f->wq) && seq <= f->seq;
}

/* Not what the calling thread is at: it would wait for itself. */
static bool is_busy(const struct flush *f)
{
	const struct work_struct *mine = kmemu_current_work(), *work;
	const struct worker *w;

	list_for_each_entry(w, &busy, entry)
		if (w->current != mine && is_meant(f, w->current, w->wq, w->seq))
			return true;
	if (f->running_only)
		return false;
	list_for_each_entry(work, &queued, entry)
		if (is_meant(f, work, work->wq, work->seq))
			return true;
	return false;
}

/* Whether it had to wait. */
static bool wait_for(struct flush *f)
{
	bool waited = false;

	for (;; waited = true) {
		u32 seen = event_read(&done);
		u64 mask = kernel_lock(&wq_lock);
		bool is;

		if (!f->seq)
			f->seq = last_seq;
		is = is_busy(f);
		kernel_unlock(&wq_lock, mask);
		if (!is)
			return waited;
		event_wait(&done, seen);
	}
}

/* There for ever: the thread is at it, and nobody else will end it. */
static void check_own(const struct work_struct *work, const char *func, const void *caller)
{
	if (unlikely(!work->func))
		kernel_warn(caller, "kernel/workqueue.c", 4241, "a work without INIT_WORK()");
	if (unlikely(work == kmemu_current_work()))
		kernel_warn_text(caller, "kernel/workqueue.c", 0,
				 "%s() waits for the work whose function calls it", func);
}

/* The same of a queue; kernel: lockdep knows it as a lock that is taken again. */
static void check_own_queue(const struct workqueue_struct *wq, const char *func,
			    const void *caller)
{
	if (unlikely(current_wq() == wq))
		kernel_warn_text(caller, "kernel/workqueue.c", 0,
				 "%s() waits for the queue whose work calls it", func);
}

static void touch_wq(struct workqueue_struct *wq, const void *caller)
{
	if (unlikely(READ_ONCE(lock_order_on)) && current_wq() != wq)
		lock_order(RAISE_MAP, queue_map(wq, caller), LOCK_API, caller);
}

/* Kernel: start_flush_work(): of a work that is there to be waited for. */
static void touch_work(struct work_struct *work, bool cancels, const void *caller)
{
	struct workqueue_struct *wq = NULL;
	const struct worker *w;
	const void *key;
	u64 mask;

	if (likely(!READ_ONCE(lock_order_on)) || work == kmemu_current_work())
		return;
	mask = kernel_lock(&wq_lock);
	w = worker_of(work);
	if (w || work->data.counter & KMEMU_WORK_QUEUED)
		wq = w ? w->wq : work->wq;
	kernel_unlock(&wq_lock, mask);
	if (!wq)
		return;
	key = work_map(work);
	if (key)
		lock_order(RAISE_MAP, key, LOCK_API, caller);
	if (!cancels && (wq->max_active == 1 || wq->flags & WQ_MEM_RECLAIM))
		lock_order(RAISE_MAP, queue_map(wq, caller), LOCK_API, caller);
}

bool flush_work_for(struct work_struct *work, const char *func, const void *caller)
{
	struct flush f = { .work = work };

	check_own(work, func, caller);
	touch_work(work, false, caller);
	return wait_for(&f);
}

KMEMU_EXPORT int kmemu_flush_work(struct work_struct *work)
{
	might_sleep_in("flush_work", CALLER);
	return flush_work_for(work, "flush_work", CALLER);
}

KMEMU_EXPORT int kmemu_flush_delayed_work(struct delayed_work *dw)
{
	struct flush f = { .work = &dw->work };

	might_sleep_in("flush_delayed_work", CALLER);
	check_own(&dw->work, "flush_delayed_work", CALLER);
	if (kmemu_del_timer_sync(&dw->timer))
		queue(dw->work.wq, &dw->work, KMEMU_WORK_QUEUED, dw->work.cpu, CALLER);
	touch_work(&dw->work, false, CALLER);
	return wait_for(&f);
}

KMEMU_EXPORT int kmemu_flush_rcu_work(struct rcu_work *rw)
{
	struct flush f = { .work = &rw->work };

	might_sleep_in("flush_rcu_work", CALLER);
	check_own(&rw->work, "flush_rcu_work", CALLER);
	if ((READ_ONCE(rw->work.data.counter) & (KMEMU_WORK_PENDING | KMEMU_WORK_QUEUED)) ==
	    KMEMU_WORK_PENDING)
		kmemu_rcu_barrier();
	touch_work(&rw->work, false, CALLER);
	return wait_for(&f);
}

KMEMU_EXPORT int kmemu_cancel_work(struct work_struct *work)
{
	return grab(work, 0);
}

static void wait_until_idle(struct work_struct *work, const void *caller)
{
	struct flush f = { .work = work, .seq = ~0UL, .running_only = true };

	touch_work(work, true, caller);
	wait_for(&f);
	allow(work);
}

/* Kernel: __cancel_work_sync(). What runs in softirq context ends soon. */
static void might_wait(const struct work_struct *work, const char *func, const void *caller)
{
	const struct workqueue_struct *wq = READ_ONCE(work->wq);

	if (!wq || !(wq->flags & KMEMU_WQ_BH))
		might_sleep_in(func, caller);
	check_own(work, func, caller);
}

static bool cancel_sync(struct work_struct *work, const void *caller)
{
	bool was = grab(work, KMEMU_WORK_CANCELING);

	wait_until_idle(work, caller);
	return was;
}

static bool cancel_delayed(struct delayed_work *dw)
{
	bool was = grab_delayed(dw, false);

	allow(&dw->work);
	return was;
}

static bool cancel_delayed_sync(struct delayed_work *dw, const void *caller)
{
	bool was = grab_delayed(dw, true);

	wait_until_idle(&dw->work, caller);
	return was;
}

KMEMU_EXPORT int kmemu_cancel_work_sync(struct work_struct *work)
{
	might_wait(work, "cancel_work_sync", CALLER);
	return cancel_sync(work, CALLER);
}

KMEMU_EXPORT int kmemu_cancel_delayed_work(struct delayed_work *dw)
{
	return cancel_delayed(dw);
}

KMEMU_EXPORT int kmemu_cancel_delayed_work_sync(struct delayed_work *dw)
{
	might_wait(&dw->work, "cancel_delayed_work_sync", CALLER);
	return cancel_delayed_sync(dw, CALLER);
}

/* --- disabling: first it is refused, so that what is taken off then stays off -------- */

static void add_disabled(struct work_struct *work)
{
	u64 mask = kernel_lock(&wq_lock);

	WRITE_ONCE(work->data.counter, work->data.counter + KMEMU_WORK_DISABLED);
	kernel_unlock(&wq_lock, mask);
}

KMEMU_EXPORT int kmemu_disable_work(struct work_struct *work)
{
	add_disabled(work);
	return grab(work, 0);
}

KMEMU_EXPORT int kmemu_disable_work_sync(struct work_struct *work)
{
	might_wait(work, "disable_work_sync", CALLER);
	add_disabled(work);
	return cancel_sync(work, CALLER);
}

KMEMU_EXPORT int kmemu_disable_delayed_work(struct delayed_work *dw)
{
	add_disabled(&dw->work);
	return cancel_delayed(dw);
}

KMEMU_EXPORT int kmemu_disable_delayed_work_sync(struct delayed_work *dw)
{
	might_wait(&dw->work, "disable_delayed_work_sync", CALLER);
	add_disabled(&dw->work);
	return cancel_delayed_sync(dw, CALLER);
}

KMEMU_EXPORT int kmemu_enable_work(struct work_struct *work)
{
	static u32 told;
	u64 mask = kernel_lock(&wq_lock);
	bool was = work->data.counter & DISABLED, still;

	if (was)
		WRITE_ONCE(work->data.counter, work->data.counter - KMEMU_WORK_DISABLED);
	still = work->data.counter & DISABLED;
	kernel_unlock(&wq_lock, mask);
	if (!was && !__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED))
		kernel_warn(CALLER, "kernel/workqueue.c", 4362,
			    "workqueue: work disable count underflowed\n");
	return !still;
}

KMEMU_EXPORT unsigned int kmemu_work_busy(struct work_struct *work)
{
	u64 mask = kernel_lock(&wq_lock);
	u32 is = (work->data.counter & KMEMU_WORK_PENDING ? 1 : 0) | (worker_of(work) ? 2 : 0);

	kernel_unlock(&wq_lock, mask);
	return is;
}

KMEMU_EXPORT struct work_struct *kmemu_current_work(void)
{
	struct task *task = task_mine;

	return task && task->fn == worker_thread ? (struct work_struct *)task->private_data : NULL;
}

KMEMU_EXPORT void kmemu_print_worker_info(const char *log_lvl, const struct task_struct *t)
{
	const struct task *task = container_of(t, struct task, t);
	const struct workqueue_struct *wq = READ_ONCE(task->wq);

	if (wq)
		kmemu_printk("%sWorkqueue: %s %ps\n", log_lvl, system_wq_name(wq) ?: wq->name,
			     task->work_func);
}

/* --- queues ---------------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_flush_workqueue(struct workqueue_struct *wq)
{
	struct flush f = { .wq = wq };

	might_sleep_in("flush_workqueue", CALLER);
	check_own_queue(wq, "flush_workqueue", CALLER);
	touch_wq(wq, CALLER);
	wait_for(&f);
}

/* What its works queue meanwhile is waited for as well. */
static void drain(struct workqueue_struct *wq, u32 flag)
{
	struct flush f = { .wq = wq, .seq = ~0UL };

	__atomic_fetch_or(&wq->flags, flag, __ATOMIC_SEQ_CST);
	wait_for(&f);
}

KMEMU_EXPORT void kmemu_drain_workqueue(struct workqueue_struct *wq)
{
	might_sleep_in("drain_workqueue", CALLER);
	check_own_queue(wq, "drain_workqueue", CALLER);
	touch_wq(wq, CALLER);
	drain(wq, KMEMU_WQ_DRAINING);
	__atomic_fetch_and(&wq->flags, ~KMEMU_WQ_DRAINING, __ATOMIC_RELEASE);
}

static void add_free_wqs(void)
{
	struct workqueue_struct *more = os_map_any(WQ_MAX * sizeof(*more));
	u64 mask;

	if (!more)
		return;
	mask = kernel_lock(&wq_lock);
	for (u32 i = 0; i < WQ_MAX; i++)
		list_add_tail(&more[i].entry, &free_wqs);
	kernel_unlock(&wq_lock, mask);
}

static struct workqueue_struct *get_free_wq(void)
{
	u64 mask = kernel_lock(&wq_lock);
	struct workqueue_struct *wq = NULL;

	if (!list_empty(&free_wqs)) {
		wq = list_first_entry(&free_wqs, struct workqueue_struct, entry);
		list_del(&wq->entry);
	}
	kernel_unlock(&wq_lock, mask);
	return wq;
}

/* Kernel: wq_clamp_max_active(). */
static u32 clamp_max_active(const struct workqueue_struct *wq, int max_active)
{
	if (max_active >= 1 && max_active <= WQ_MAX_ACTIVE)
		return (u32)max_active;
	kmemu_printk("\0014workqueue: max_active %d requested for %s is out of range, clamping "
		     "between %d and %d\n",
		     max_active, wq->name, 1, WQ_MAX_ACTIVE);
	return max_active < 1 ? 1 : WQ_MAX_ACTIVE;
}

/* Kernel: alloc_workqueue(): a queue in softirq context has no threads to be told about. */
static bool are_allowed(u32 flags, int max_active, const void *caller)
{
	u32 line = flags & ~(KMEMU_WQ_BH | WQ_HIGHPRI) ? 5718 : 5720;

	if (!(flags & KMEMU_WQ_BH) || (line == 5720 && !max_active))
		return true;
	kernel_warn(caller, "kernel/workqueue.c", (int)line, NULL);
	return false;
}

static struct workqueue_struct *alloc_wq(const char *fmt, u32 flags, int max_active, va_list ap,
					 const void *caller)
{
	static bool told;
	struct workqueue_struct *wq;

	if (!are_allowed(flags, max_active, caller))
		return NULL;
	wq = get_free_wq();
	if (!wq) {
		add_free_wqs();
		wq = get_free_wq();
	}
	if (!wq)
		return NULL;
	__builtin_memset(wq, 0, sizeof(*wq));
	if (kmemu_vsnprintf_k(wq->name, sizeof(wq->name), fmt, ap) >= (int)sizeof(wq->name) &&
	    !__atomic_exchange_n(&told, true, __ATOMIC_RELAXED))
		kmemu_printk("\0014workqueue: name exceeds WQ_NAME_LEN. Truncating to: %s\n",
			     wq->name);
	wq->flags = flags;
	wq->max_active = flags & KMEMU_WQ_ORDERED ? 1 :
			 max_active		  ? clamp_max_active(wq, max_active) :
						    WQ_DFL_ACTIVE;
	return wq;
}

KMEMU_EXPORT struct workqueue_struct *kmemu_alloc_workqueue(const char *fmt, unsigned int flags,
							    int max_active, ...)
{
	struct workqueue_struct *wq;
	va_list ap;

	might_sleep_in("alloc_workqueue", CALLER);
	va_start(ap, max_active);
	wq = alloc_wq(fmt, flags, max_active, ap, CALLER);
	va_end(ap);
	return wq;
}

KMEMU_EXPORT struct workqueue_struct *
kmemu_alloc_workqueue_map(const char *fmt, unsigned int flags, int max_active,
			  struct lockdep_map *map, ...)
{
	struct workqueue_struct *wq;
	va_list ap;

	might_sleep_in("alloc_workqueue", CALLER);
	va_start(ap, map);
	wq = alloc_wq(fmt, flags, max_active, ap, CALLER);
	va_end(ap);
	if (wq)
		wq->map = map;
	return wq;
}

KMEMU_EXPORT void kmemu_workqueue_set_max_active(struct workqueue_struct *wq, int max_active)
{
	u32 id;
	u64 mask;

	if (wq->flags & (KMEMU_WQ_BH | KMEMU_WQ_ORDERED)) {
		kernel_warn(CALLER, "kernel/workqueue.c", wq->flags & KMEMU_WQ_BH ? 5987 : 5990,
			    NULL);
		return;
	}
	might_sleep_in("workqueue_set_max_active", CALLER);
	mask = kernel_lock(&wq_lock);
	wq->max_active = clamp_max_active(wq, max_active);
	id = first_runnable() ? want_worker() : 0;
	kernel_unlock(&wq_lock, mask);
	if (id)
		start_worker(id);
	event_signal(&news); /* what had to wait */
}

KMEMU_EXPORT int kmemu_workqueue_congested(struct workqueue_struct *wq)
{
	u64 mask = kernel_lock(&wq_lock);
	const struct work_struct *work;
	bool waits = false;

	if (wq->active >= wq->max_active)
		list_for_each_entry(work, &queued, entry)
			waits |= work->wq == wq;
	kernel_unlock(&wq_lock, mask);
	return waits;
}

KMEMU_EXPORT void kmemu_destroy_workqueue(struct workqueue_struct *wq)
{
	u64 mask;

	might_sleep_in("destroy_workqueue", CALLER);
	check_own_queue(wq, "destroy_workqueue", CALLER);
	touch_wq(wq, CALLER);
	drain(wq, KMEMU_WQ_DRAINING);
	if (wq->has_class)
		lock_class_forget(wq);
	__atomic_fetch_or(&wq->flags, WQ_DESTROYED, __ATOMIC_RELEASE);
	mask = kernel_lock(&wq_lock);
	list_add_tail(&wq->entry, &free_wqs);
	kernel_unlock(&wq_lock, mask);
}

/* False: in the kernel its workers are bound to a CPU each. */
bool workqueue_is_unbound(const struct workqueue_struct *wq)
{
	return wq->flags & (KMEMU_WQ_UNBOUND | KMEMU_WQ_ORDERED) || wq == &system_wqs[UNBOUND_WQ];
}

KMEMU_EXPORT struct workqueue_struct *kmemu_system_wq(int n)
{
	struct workqueue_struct *wq = &system_wqs[(u32)n % ARRAY_SIZE(system_wqs)];

	if (unlikely(!READ_ONCE(wq->max_active))) {
		WRITE_ONCE(wq->flags, wq - system_wqs >= BH_WQS ? KMEMU_WQ_BH : 0);
		WRITE_ONCE(wq->max_active, WQ_DFL_ACTIVE);
	}
	return wq;
}
