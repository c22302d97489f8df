/* SPDX-License-Identifier: MIT */
/*
 * workqueue.h - work in process context (kernel: include/linux/workqueue.h,
 * kernel/workqueue.c). <linux/workqueue.h> is thin names over these.
 *
 * Work runs on threads of one pool, "kworker/u:N", as many as there is work that
 * sleeps, 256 at the most. A work never runs on two of them. All 0 but its
 * function is a work that is not queued.
 */
#ifndef KMEMU_WORKQUEUE_H
#define KMEMU_WORKQUEUE_H

#include "context.h"
#include "irq.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct workqueue_struct;

struct work_struct {
	struct kmemu_atomic_long data; /* KMEMU_WORK_* */
	struct list_head entry;
	void (*func)(struct work_struct *work);
	struct workqueue_struct *wq;
	unsigned int cpu; /* one more than that of the thread it runs on; 0: any */
	struct lockdep_map lockdep_map; /* a place that may be lock_key */
	const void *lock_key; /* its class, for who waits for it with a lock held; or NULL */
	unsigned long long seq; /* which one in all that were queued */
	struct rb_node by_address; /* of those that are queued */
};

#define KMEMU_WORK_PENDING 0x1l
#define KMEMU_WORK_QUEUED 0x2l /* not only waiting for its timer */
#define KMEMU_WORK_CANCELING 0x4l
#define KMEMU_WORK_DISABLED 0x100l /* one of them; from here on it is a count */

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq; /* that it was last delayed for */
};

struct rcu_work {
	struct work_struct work;
	struct callback_head rcu;
	struct workqueue_struct *wq; /* that it waits for */
};

#define KMEMU_WQ_UNBOUND 0x2u /* its workers are of no CPU */
#define KMEMU_WQ_BH 0x1u /* its work runs in softirq context */
#define KMEMU_WQ_DRAINING 0x10000u
#define KMEMU_WQ_ORDERED 0x20000u

/* max_active 0: 256. NULL: no memory. May sleep. Destroy runs first what is queued. */
struct workqueue_struct *kmemu_alloc_workqueue(const char *fmt, unsigned int flags, int max_active,
					       ...);
/* Its class is that of the map, which must stay. */
struct workqueue_struct *kmemu_alloc_workqueue_map(const char *fmt, unsigned int flags,
						   int max_active, struct lockdep_map *map, ...);
void kmemu_destroy_workqueue(struct workqueue_struct *wq);
/* 1 to 512, else the nearest is taken. A WARN for a queue that is ordered or WQ_BH. */
void kmemu_workqueue_set_max_active(struct workqueue_struct *wq, int max_active);
/* Works of it wait since max_active others run. Any context. */
int kmemu_workqueue_congested(struct workqueue_struct *wq);
/* system_wq and its kin; n: 0 to 8, system_bh_wq from 7 on. */
struct workqueue_struct *kmemu_system_wq(int n);

/*
 * queue: 0 when it was pending already. Any context. delay: jiffies. _on: it runs with
 * smp_processor_id() cpu, if there is such a CPU.
 */
int kmemu_queue_work(struct workqueue_struct *wq, struct work_struct *work);
int kmemu_queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
			     unsigned long delay);
int kmemu_queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work);
int kmemu_queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *work,
				unsigned long delay);
/* 1: it was pending. */
int kmemu_mod_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *work,
			      unsigned long delay);
int kmemu_mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *work,
			   unsigned long delay);
int kmemu_queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *work);

/* A work of func on each CPU, all at once; waits for them. 0, or -ENOMEM. May sleep. */
int kmemu_schedule_on_each_cpu(void (*func)(struct work_struct *work));

/*
 * flush: waits until what was queued before has run; 1: it waited. cancel: takes
 * it off, 1: it was pending; _sync also waits until it does not run, and it cannot
 * be queued meanwhile. What waits may sleep.
 */
int kmemu_flush_work(struct work_struct *work);
int kmemu_flush_delayed_work(struct delayed_work *work);
int kmemu_flush_rcu_work(struct rcu_work *work);
int kmemu_cancel_work(struct work_struct *work);
int kmemu_cancel_work_sync(struct work_struct *work);
int kmemu_cancel_delayed_work(struct delayed_work *work);
int kmemu_cancel_delayed_work_sync(struct delayed_work *work);
/*
 * disable: cancels, and it cannot be queued until enable was called as often; 1: it was
 * pending. enable: 1: it can be queued now; without a disable before it a WARN. What
 * waits (_sync) may sleep, but for work of a WQ_BH queue. Else any context.
 */
int kmemu_disable_work(struct work_struct *work);
int kmemu_disable_work_sync(struct work_struct *work);
int kmemu_disable_delayed_work(struct delayed_work *work);
int kmemu_disable_delayed_work_sync(struct delayed_work *work);
int kmemu_enable_work(struct work_struct *work);
void kmemu_flush_workqueue(struct workqueue_struct *wq);
void kmemu_drain_workqueue(struct workqueue_struct *wq);
/* Bit 0: pending, bit 1: running. */
unsigned int kmemu_work_busy(struct work_struct *work);
/* The work that the calling thread runs, NULL: none. */
struct work_struct *kmemu_current_work(void);
/* A line if the thread runs a work: of which queue, and its function. */
struct task_struct;
void kmemu_print_worker_info(const char *log_lvl, const struct task_struct *task);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_WORKQUEUE_H */
