/* SPDX-License-Identifier: MIT */
/*
 * kthread_worker.h - work for a thread of one's own (kernel: include/linux/kthread.h,
 * kernel/kthread.c). A worker runs its works one after the other, in the order of
 * queueing, on one thread.
 */
#ifndef KMEMU_KTHREAD_WORKER_H
#define KMEMU_KTHREAD_WORKER_H

#include <stdbool.h>

#include "context.h"
#include "irq.h"
#include "sched.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct kthread_work;
typedef void (*kthread_work_func_t)(struct kthread_work *work);

struct kthread_worker {
	unsigned int flags;
	unsigned int lock; /* private: a word, KMEMU_LOCK_SET_UP */
	struct list_head work_list;
	struct task_struct *task;
	struct kthread_work *current_work;
	unsigned int delayed; /* works that wait for their timers */
};

struct kthread_work {
	struct list_head node; /* of the worker's list; empty: not queued */
	kthread_work_func_t func;
	struct kthread_worker *worker; /* the last one that it was queued on */
	int canceling;
};

struct kthread_delayed_work {
	struct kthread_work work;
	struct timer_list timer;
};

/*
 * The function of a worker's thread: kthread_run(kmemu_kthread_worker_fn, worker, ...).
 * create: thread and worker, or an error pointer; destroy runs what is queued, and
 * waits. queue: false when it is queued already; any context. cancel: true when it was
 * queued; waits until it does not run. flush waits. delay: jiffies.
 */
int kmemu_kthread_worker_fn(void *worker);
void kmemu_kthread_init_worker(struct kthread_worker *worker);
struct kthread_worker *kmemu_kthread_create_worker(unsigned int flags, const char *fmt, ...)
	__attribute__((__format__(__printf__, 2, 3)));
/* cpu: whose number its thread has; negative: none's. */
struct kthread_worker *kmemu_kthread_create_worker_on_cpu(int cpu, unsigned int flags,
							  const char *fmt, ...)
	__attribute__((__format__(__printf__, 3, 4)));
void kmemu_kthread_destroy_worker(struct kthread_worker *worker);
bool kmemu_kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work);
bool kmemu_kthread_queue_delayed_work(struct kthread_worker *worker,
				      struct kthread_delayed_work *dwork, unsigned long delay);
bool kmemu_kthread_mod_delayed_work(struct kthread_worker *worker,
				    struct kthread_delayed_work *dwork, unsigned long delay);
void kmemu_kthread_flush_work(struct kthread_work *work);
void kmemu_kthread_flush_worker(struct kthread_worker *worker);
bool kmemu_kthread_cancel_work_sync(struct kthread_work *work);
bool kmemu_kthread_cancel_delayed_work_sync(struct kthread_delayed_work *work);
void kmemu_kthread_delayed_work_timer_fn(struct timer_list *timer);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_KTHREAD_WORKER_H */
