/*
 * softirq.h - who runs functions of kernel code in interrupt context, and the
 * threads that do so. softirq.c has the theory.
 */
#pragma once

#include "core/kernel/pending.h"
#include "core/kernel/task.h"
#include "include/kmemu/irq.h"

/*
 * A thread of ours that is started when it is first needed. Who gives it work
 * calls service_wake() behind; it looks for work, and waits for the word that it
 * read before.
 */
struct service {
	const char *name;
	int (*fn)(void *unused);
	u32 started;
	u32 word; /* counts wake-ups */
};

/* In process context if that can be. False: no thread can be had. */
bool service_start(struct service *s);
void service_wake(struct service *s);

/* Something others wait for has changed. */
struct event {
	u32 word;
};

static inline u32 event_read(const struct event *e)
{
	return __atomic_load_n(&e->word, __ATOMIC_ACQUIRE);
}

static inline void event_wait(struct event *e, u32 seen)
{
	context_rests(true);
	os_futex_wait(&e->word, seen);
	context_rests(false);
	jiffies_catch_up();
}

static inline void event_signal(struct event *e)
{
	__atomic_fetch_add(&e->word, 1, __ATOMIC_RELEASE);
	os_futex_wake(&e->word, INT32_MAX);
}

/* workqueue.c: the function of delayed work's timers, and that of such work itself. */
void delayed_work_timer_fn(struct timer_list *t);
bool workqueue_is_unbound(const struct workqueue_struct *wq);
const void *delayed_work_function(const struct kmemu_timer *timer);

/* The context around a function: raised where fn is called, which is what a report names. */
struct interrupt {
	struct raise raise;
	u32 count; /* preempt_count() as fn found it */
	u32 rcu; /* RCU read-side sections, the same */
	bool raised;
};

void interrupt_enter(struct interrupt *i, enum raise_kind kind, const void *fn);
/* leak: what is said if fn left with another count: of fn, the count before and behind. */
void interrupt_exit(struct interrupt *i, const void *fn, const char *leak);

/* In an interrupt of ours, or in bottom halves that are off: its end will run what is pending. */
bool softirq_will_run(void);
void do_softirq(struct task *task);
/* irq_work.c: what this thread has queued; interrupts are on. */
void irq_work_run(struct task *task);

/* irq_percpu.c. handle: false: the line is no per-CPU one. note: false: nobody looks for it. */
bool irq_is_percpu(u32 irq);
bool irq_percpu_handle(struct task *task, u32 irq);
bool irq_probe_note(u32 irq);
/* irq_affinity.c: warns of what was not taken back. */
void irq_affinity_freed(u32 irq, const void *caller);
