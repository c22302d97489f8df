/* SPDX-License-Identifier: MIT */
/*
 * irq.h - interrupts, tasklets and timers of kernel code (kernel:
 * include/linux/interrupt.h, kernel/irq, kernel/softirq.c, kernel/time/timer.c).
 * <linux/interrupt.h>, <linux/timer.h> and <linux/hrtimer.h> are thin names over these.
 *
 * A thread is a CPU. kmemu_raise_irq() is the device: the handler runs on the
 * calling thread, which it interrupts there, in hard interrupt context; while the
 * thread has its interrupts off (local_irq_save, spin_lock_irqsave, another
 * handler), it is pending, and runs when they come on again. So a spinlock of the
 * handler's that is held there without irqsave is met as on the machine: the
 * thread waits for itself (policy context.balance tells). Raised on another
 * thread it is an interrupt on another CPU.
 *
 * A tasklet that a handler schedules runs when the outermost handler returns, on
 * the same thread, in softirq context; one that is scheduled with bottom halves
 * disabled when they are enabled; else on the thread ksoftirqd. Timers run on a
 * thread of their own, timer_list in softirq context, hrtimers in hard interrupt
 * context.
 */
#ifndef KMEMU_IRQ_H
#define KMEMU_IRQ_H

#include "atomic_types.h"
#include "rbtree.h"
#include "types.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- interrupts ------------------------------------------------------------ */

#define KMEMU_NR_IRQS 256

#define KMEMU_IRQF_TRIGGER_MASK 0x0000000ful
#define KMEMU_IRQF_SHARED 0x00000080ul
#define KMEMU_IRQF_ONESHOT 0x00002000ul
#define KMEMU_IRQF_NO_SUSPEND 0x00004000
#define KMEMU_IRQF_COND_SUSPEND 0x00040000ul
#define KMEMU_IRQF_NO_AUTOEN 0x00080000ul
#define KMEMU_IRQF_COND_ONESHOT 0x00200000ul /* of who has no thread: as the line is */

/* enum irqreturn, as bits. */
#define KMEMU_IRQ_NONE 0
#define KMEMU_IRQ_HANDLED 1
#define KMEMU_IRQ_WAKE_THREAD 2

/*
 * The device: raises line irq, 0 to 255, on this thread. 0 when the handlers ran
 * or it is pending; -EINVAL: nobody requested it. Any context.
 */
int kmemu_raise_irq(unsigned int irq);

/*
 * request: 0, -EINVAL (line, flags or handler), -EBUSY (others have it, not shared
 * in the same way), -ENOMEM; may sleep. thread_fn runs in process context when
 * handler, which may be NULL with ONESHOT, returns WAKE_THREAD. free: waits until
 * no handler runs, returns the name; may sleep.
 * disable: counted; waits for handlers but for _nosync. What is raised meanwhile
 * is pending, once, and runs when the last enable comes.
 */
int kmemu_request_threaded_irq(unsigned int irq, int (*handler)(int irq, void *dev),
			       int (*thread_fn)(int irq, void *dev), unsigned long flags,
			       const char *name, void *dev);
const void *kmemu_free_irq(unsigned int irq, void *dev);
void kmemu_disable_irq(unsigned int irq);
void kmemu_disable_irq_nosync(unsigned int irq);
int kmemu_disable_hardirq(unsigned int irq); /* waits for handlers, not for threads */
/* Disables all lines but those with IRQF_NO_SUSPEND, and enables these. May sleep. */
void kmemu_suspend_device_irqs(void);
void kmemu_resume_device_irqs(void);
void kmemu_enable_irq(unsigned int irq);
void kmemu_synchronize_irq(unsigned int irq);
bool kmemu_synchronize_hardirq(unsigned int irq); /* likewise; true: neither runs */
/* Its thread runs as if the handler had asked for it; any context. has: somebody has it. */
void kmemu_irq_wake_thread(unsigned int irq, void *dev);
/* Nothing wakes the machine: it is counted. 0, or -EINVAL. Any context. */
int kmemu_irq_set_irq_wake(unsigned int irq, unsigned int on);
bool kmemu_irq_has_action(unsigned int irq);


/*
 * Per-CPU lines: dev is a per-CPU pointer, start and stop the section of static ones; the
 * handler gets this CPU's. request: 0, -EINVAL, -EBUSY; may sleep. enable and disable: on the
 * calling thread's CPU, any context; raised while it is off it is remembered there. free:
 * a WARN while a CPU has it enabled, and it stays.
 */
int kmemu_request_percpu_irq(unsigned int irq, int (*handler)(int irq, void *dev),
			     const void *dev, const char *start, const char *stop);
void kmemu_free_percpu_irq(unsigned int irq, const void *dev);
void kmemu_enable_percpu_irq(unsigned int irq);
void kmemu_disable_percpu_irq(unsigned int irq);
bool kmemu_irq_percpu_is_enabled(unsigned int irq);

/*
 * on: bits of lines 1 to 31 that nobody has; one that is raised until off or mask, which
 * must follow, is noted. off: the one, 0: none, less than 0: several. May sleep.
 */
unsigned long kmemu_probe_irq_on(void);
int kmemu_probe_irq_off(unsigned long val);
unsigned int kmemu_probe_irq_mask(unsigned long val);

/*
 * Bitmaps of CPUs. set: 0, -EINVAL: no CPU of the machine's is in it; get adds to the
 * bitmap. hint: kept until it is NULL. listener: get() is called under a lock, then
 * changed(); the former one is returned. Hint and listener that are there when the line is
 * freed are WARNs. Any context.
 */
int kmemu_irq_set_affinity(unsigned int irq, const unsigned long *cpus);
void kmemu_irq_get_affinity(unsigned int irq, unsigned long *cpus);
int kmemu_irq_set_hint(unsigned int irq, const void *hint);
void *kmemu_irq_set_listener(unsigned int irq, void *listener, void (*get)(void *listener),
			     void (*changed)(void *listener));

/* get: 0, 1 or -EINVAL; set: raises it, or takes back what is remembered. */
#define KMEMU_IRQ_PENDING 0
#define KMEMU_IRQ_ACTIVE 1
#define KMEMU_IRQ_MASKED 2
#define KMEMU_IRQ_LEVEL 3
int kmemu_irq_get_state(unsigned int irq, int which);
int kmemu_irq_set_pending(unsigned int irq, bool pending);

/* Freed when the device's driver goes, or before by devm_free_irq. */
struct device;
int kmemu_devm_request_threaded_irq(struct device *dev, unsigned int irq,
				    int (*handler)(int irq, void *dev_id),
				    int (*thread_fn)(int irq, void *dev_id), unsigned long flags,
				    const char *name, void *dev_id);
void kmemu_devm_free_irq(struct device *dev, unsigned int irq, void *dev_id);

/* --- tasklets -------------------------------------------------------------- */

struct tasklet_struct {
	struct tasklet_struct *next;
	unsigned long state; /* bits below */
	atomic_t count; /* > 0: disabled */
	int use_callback;
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *t);
	};
	unsigned long data;
};

#define KMEMU_TASKLET_SCHED 0x1ul
#define KMEMU_TASKLET_RUN 0x2ul
#define KMEMU_TASKLET_WAITS 0x4ul /* scheduled and disabled */

void kmemu_tasklet_schedule(struct tasklet_struct *t); /* any context */
void kmemu_tasklet_push(struct tasklet_struct *t); /* who has set SCHED; any context */
void kmemu_tasklet_disable(struct tasklet_struct *t); /* waits; may sleep */
void kmemu_tasklet_disable_in_atomic(struct tasklet_struct *t); /* waits */
void kmemu_tasklet_disable_nosync(struct tasklet_struct *t);
void kmemu_tasklet_enable(struct tasklet_struct *t);
void kmemu_tasklet_kill(struct tasklet_struct *t); /* waits; may sleep */

/* --- softirqs -------------------------------------------------------------- */

#define KMEMU_HI_SOFTIRQ 0u
#define KMEMU_TASKLET_SOFTIRQ 6u
#define KMEMU_NR_SOFTIRQS 10u

/*
 * A softirq of a program's own, which runs where tasklets run. raise: on this thread at
 * the end of its interrupt or bottom halves, else on ksoftirqd; mark: on this thread, when
 * such an end comes; pending: the bits that wait for one. Any context.
 */
void kmemu_open_softirq(unsigned int nr, void (*action)(void));
struct task_struct *kmemu_ksoftirqd(void); /* NULL: nothing was left to it yet */
void kmemu_raise_softirq(unsigned int nr);
void kmemu_mark_softirq(unsigned int nr);
unsigned int kmemu_softirq_pending(void);

/* --- timers ---------------------------------------------------------------- */

/*
 * Kernel: debug_object_init(). These bytes will be an object: what is active in them is told of and
 * made inactive, in a checked run. Any context. (p is not const: gcc would want them set.)
 */
void kmemu_debug_object_init(void *p, unsigned long bytes);
/* The same of an object that says that it is on the stack; the one above is told of there. */
void kmemu_debug_object_init_on_stack(void *p, unsigned long bytes);
/* Kernel: debug_object_free(), of an object on the stack that goes. */
void kmemu_debug_object_free(void *p, unsigned long bytes);

struct kmemu_timer {
	struct rb_node by_time; /* of those that are pending */
	struct rb_node by_address; /* the same */
	unsigned long long expires_ns; /* CLOCK_MONOTONIC */
	void (*fire)(struct kmemu_timer *timer);
	unsigned int flags; /* KMEMU_TIMER_* */
};

#define KMEMU_TIMER_HARD 0x1u /* fires in hard interrupt context */
#define KMEMU_TIMER_SHUTDOWN 0x2u /* cannot be armed any more */
#define KMEMU_TIMER_PENDING 0x4u

struct timer_list {
	struct kmemu_timer timer;
	unsigned long expires; /* jiffies */
	void (*function)(struct timer_list *timer);
	unsigned int flags;
	const void *lock_key; /* its class, for who waits for it with a lock held; or NULL */
};

/* All but the _sync: any context. mod: 1 when it was pending; del: the same. */
void kmemu_timer_wrong_flags(void);
int kmemu_mod_timer(struct timer_list *timer, unsigned long expires);
void kmemu_add_timer(struct timer_list *timer); /* a WARN, and nothing, when it is pending */
int kmemu_mod_timer_pending(struct timer_list *timer, unsigned long expires);
int kmemu_timer_reduce(struct timer_list *timer, unsigned long expires);
int kmemu_del_timer(struct timer_list *timer);
int kmemu_try_to_del_timer(struct timer_list *timer); /* -1: its function runs */
/* Waits until its function does not run. */
int kmemu_del_timer_sync(struct timer_list *timer);
int kmemu_timer_shutdown(struct timer_list *timer);
int kmemu_timer_shutdown_sync(struct timer_list *timer);
int kmemu_timer_pending(const struct timer_list *timer);

enum hrtimer_restart {
	HRTIMER_NORESTART,
	HRTIMER_RESTART
};

struct hrtimer_clock_base {
	long long (*get_time)(void);
};
struct hrtimer {
	struct kmemu_timer timer; /* of the monotonic clock */
	enum hrtimer_restart (*function)(struct hrtimer *timer);
	struct hrtimer_clock_base *base;
	long long offset_ns; /* its clock was ahead of the monotonic one when it was set up */
};
enum {
	KMEMU_HRTIMER_MONOTONIC,
	KMEMU_HRTIMER_REALTIME, /* TAI is this clock, too: nobody tells the leap seconds */
	KMEMU_HRTIMER_BOOTTIME,
	KMEMU_HRTIMER_BASES
};
extern struct hrtimer_clock_base kmemu_hrtimer_bases[KMEMU_HRTIMER_BASES];

/* at_ns: of the monotonic clock; what is negative is over. */
void kmemu_hrtimer_start(struct hrtimer *timer, long long at_ns);
/* What a caller of inlines did wrong. */
void kmemu_hrtimer_wrong_mode(const struct hrtimer *timer);
void kmemu_hrtimer_wrong_clock(int clock);
void kmemu_hrtimer_forward_queued(void);
int kmemu_hrtimer_try_to_cancel(struct hrtimer *timer); /* -1: it runs */
int kmemu_hrtimer_cancel(struct hrtimer *timer); /* waits */
int kmemu_hrtimer_active(const struct hrtimer *timer);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_IRQ_H */
