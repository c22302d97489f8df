/*
 * softirq.c - tasklets, and what runs in interrupt context (kernel:
 * kernel/softirq.c tasklet_action_common, irq_exit_rcu, wakeup_softirqd).
 *
 * As in the kernel a tasklet runs on one CPU, here a thread, at a time, where it
 * was scheduled: behind the outermost handler, or when bottom halves come on; what
 * is scheduled elsewhere goes to ksoftirqd. A signal handler's end is not ours to
 * see, so what it schedules goes there, too.
 *
 * A tasklet that is disabled waits in TASKLET_WAITS and not on a list that is
 * looked at over and over.
 *
 * Softirqs of a program's own (open_softirq()) run in the same places, in the order of
 * their numbers.
 *
 * Different from the kernel: tasklet_hi_schedule() is tasklet_schedule(); timers and RCU
 * have threads of their own, so that their numbers are free. What opens TASKLET_SOFTIRQ
 * or HI_SOFTIRQ is not called.
 *
 * Invariants: a tasklet with SCHED is on one list, or has WAITS, or is about to
 * run; RUN is its runner's.
 * Locks: tasklet_lock, a leaf. Cost: nothing until the first one.
 */
#include "core/kernel/softirq.h"

struct tasklet_list {
	struct tasklet_struct *first, **last;
};

static struct kernel_lock tasklet_lock __own_word;
static struct tasklet_list ready = { NULL, &ready.first };
static struct event changed;
u32 kernel_pending;

static void (*actions[KMEMU_NR_SOFTIRQS])(void);
static u32 softirqd_pending; /* bits of softirqs, for ksoftirqd */

static int ksoftirqd(void *unused);
static struct service softirqd = { .name = "ksoftirqd/0", .fn = ksoftirqd };

/* --- services ---------------------------------------------------------------- */

bool service_start(struct service *s)
{
	u32 none = 0;

	if (likely(READ_ONCE(s->started)))
		return true;
	if (!__atomic_compare_exchange_n(&s->started, &none, 1, false, __ATOMIC_ACQUIRE,
					 __ATOMIC_RELAXED))
		return true;
	if (kthread_start(s->fn, NULL, "%s", s->name))
		return true;
	WRITE_ONCE(s->started, 0);
	return false;
}

void service_wake(struct service *s)
{
	service_start(s);
	__atomic_fetch_add(&s->word, 1, __ATOMIC_RELEASE);
	os_futex_wake(&s->word, 1);
}

/* --- contexts ------------------------------------------------------------------ */

void interrupt_enter(struct interrupt *i, enum raise_kind kind, const void *fn)
{
	i->raise = (struct raise){ .kind = (u8)kind, .what = fn, .pc = fn, .sp = CALLER_SP };
	rcu_enter();
	jiffies_catch_up(); /* kernel: tick_irq_enter() */
	if (kind == RAISE_HARDIRQ) {
		task_current()->in_hardirq++;
		task_current()->irqs_came_on = 0;
	}
	i->raised = context_raise(&i->raise);
	i->count = context_preempt_count();
	i->rcu = context_rcu_depth();
}

void interrupt_exit(struct interrupt *i, const void *fn, const char *leak)
{
	u32 count = context_preempt_count(), rcu = context_rcu_depth();

	if (i->raise.kind == RAISE_HARDIRQ) {
		task_current()->in_hardirq--;
		if (task_current()->irqs_came_on)
			kernel_warn_text((const char *)fn + 1, "kernel/locking/lockdep.c", 4428,
					 "%pS enabled interrupts in an interrupt", fn);
		task_current()->irqs_came_on = 0;
	}
	if (unlikely(i->raised && rcu != i->rcu))
		kernel_warn_text((const char *)fn + 1, "kernel/softirq.c", 581,
				 "%pS rcu_read_lock leak: %u -> %u", fn, i->rcu, rcu);
	for (; i->raised && rcu > i->rcu; rcu--)
		kmemu_rcu_read_unlock(); /* or no grace period would end any more */
	if (unlikely(i->raised && count != i->count))
		kernel_warn_text((const char *)fn + 1, "kernel/softirq.c", 581, leak, fn, i->count,
				 count);
	if (i->raised)
		context_drop((enum raise_kind)i->raise.kind, i->raise.what, NULL);
	rcu_leave();
}

bool softirq_will_run(void)
{
	u32 in_interrupt = 1U << RAISE_HARDIRQ | 1U << RAISE_SOFTIRQ | 1U << RAISE_NMI |
			   1U << RAISE_BH;

	return context_has(in_interrupt) && !context_in_handler();
}

#define LEAK(which)                                                  \
	"huh, entered softirq " which " %pS with preempt_count %08x, " \
	"exited with %08x?"
static const char *const leaks[KMEMU_NR_SOFTIRQS] = {
	LEAK("0 HI"),	    LEAK("1 TIMER"),   LEAK("2 NET_TX"), LEAK("3 NET_RX"),  LEAK("4 BLOCK"),
	LEAK("5 IRQ_POLL"), LEAK("6 TASKLET"), LEAK("7 SCHED"),  LEAK("8 HRTIMER"), LEAK("9 RCU"),
};

/* --- tasklets -------------------------------------------------------------------- */

static void push(struct tasklet_struct *t)
{
	t->next = NULL;
	*ready.last = t;
	ready.last = &t->next;
}

static struct tasklet_struct *pop(void)
{
	struct tasklet_struct *t = ready.first;

	if (t) {
		ready.first = t->next;
		if (!ready.first)
			ready.last = &ready.first;
	}
	return t;
}

/* Under the lock. What runs elsewhere now has to wait for its turn. */
static bool may_run(struct tasklet_struct *t)
{
	if (t->state & KMEMU_TASKLET_RUN) {
		push(t);
		return false;
	}
	if (t->count.counter > 0) {
		WRITE_ONCE(t->state, t->state | KMEMU_TASKLET_WAITS);
		return false;
	}
	WRITE_ONCE(t->state, KMEMU_TASKLET_RUN);
	return true;
}

static void call(struct tasklet_struct *t)
{
	struct interrupt i;

	interrupt_enter(&i, RAISE_SOFTIRQ, (const void *)t->func);
	if (t->use_callback)
		t->callback(t);
	else
		t->func(t->data);
	interrupt_exit(&i, (const void *)t->func, leaks[KMEMU_TASKLET_SOFTIRQ]);
}

static bool run_one(void)
{
	u64 mask = kernel_lock(&tasklet_lock);
	struct tasklet_struct *t = pop();
	bool run = t && may_run(t);

	kernel_unlock(&tasklet_lock, mask);
	if (!run) {
		if (t)
			os_yield();
		return t;
	}
	call(t);
	mask = kernel_lock(&tasklet_lock);
	WRITE_ONCE(t->state, t->state & ~KMEMU_TASKLET_RUN);
	kernel_unlock(&tasklet_lock, mask);
	event_signal(&changed);
	return true;
}

/* --- softirqs -------------------------------------------------------------------- */

static void run_action(u32 nr)
{
	void (*action)(void) = READ_ONCE(actions[nr]);
	struct interrupt i;

	if (!action)
		return;
	interrupt_enter(&i, RAISE_SOFTIRQ, (const void *)action);
	action();
	interrupt_exit(&i, (const void *)action, leaks[nr]);
}

static void run_softirqs(u32 bits)
{
	for (; bits; bits &= bits - 1) {
		u32 nr = (u32)__builtin_ctz(bits);

		if (nr != KMEMU_TASKLET_SOFTIRQ && nr != KMEMU_HI_SOFTIRQ) {
			run_action(nr);
			continue;
		}
		while (run_one())
			;
	}
}

static struct task *softirqd_task;

KMEMU_EXPORT struct task_struct *kmemu_ksoftirqd(void)
{
	struct task *task = READ_ONCE(softirqd_task);

	return task ? &task->t : NULL;
}

static int ksoftirqd(void *unused)
{
	(void)unused;
	WRITE_ONCE(softirqd_task, task_current());
	for (;;) {
		u32 seen = __atomic_load_n(&softirqd.word, __ATOMIC_ACQUIRE);
		u32 bits = __atomic_exchange_n(&softirqd_pending, 0, __ATOMIC_ACQUIRE);

		run_softirqs(bits);
		if (!bits && !run_one())
			os_futex_wait(&softirqd.word, seen);
	}
	return 0;
}

void do_softirq(struct task *task)
{
	u32 bits;

	while (READ_ONCE(task->softirqs_pending)) {
		bits = __atomic_exchange_n(&task->softirqs_pending, 0, __ATOMIC_RELAXED);
		__atomic_fetch_sub(&kernel_pending, 1, __ATOMIC_RELAXED);
		run_softirqs(bits);
	}
}

/* A handler of the thread's may do the same meanwhile. */
KMEMU_EXPORT void kmemu_mark_softirq(unsigned int nr)
{
	struct task *task = task_current();

	if (nr < KMEMU_NR_SOFTIRQS &&
	    !__atomic_fetch_or(&task->softirqs_pending, 1U << nr, __ATOMIC_RELAXED))
		__atomic_fetch_add(&kernel_pending, 1, __ATOMIC_RELAXED);
}

/* Kernel: raise_softirq_irqoff(). */
KMEMU_EXPORT void kmemu_raise_softirq(unsigned int nr)
{
	if (softirq_will_run()) {
		kmemu_mark_softirq(nr);
	} else if (nr < KMEMU_NR_SOFTIRQS) {
		__atomic_fetch_or(&softirqd_pending, 1U << nr, __ATOMIC_RELEASE);
		service_wake(&softirqd);
	}
}

KMEMU_EXPORT void kmemu_open_softirq(unsigned int nr, void (*action)(void))
{
	if (nr < KMEMU_NR_SOFTIRQS)
		WRITE_ONCE(actions[nr], action);
}

KMEMU_EXPORT unsigned int kmemu_softirq_pending(void)
{
	return READ_ONCE(task_current()->softirqs_pending);
}

/* --- what schedules, disables and kills tasklets ------------------------------------ */

KMEMU_EXPORT void kmemu_tasklet_schedule(struct tasklet_struct *t)
{
	u64 mask = kernel_lock(&tasklet_lock);
	bool fresh = !(t->state & KMEMU_TASKLET_SCHED);

	if (fresh) {
		WRITE_ONCE(t->state, t->state | KMEMU_TASKLET_SCHED);
		push(t);
	}
	kernel_unlock(&tasklet_lock, mask);
	if (fresh)
		kmemu_raise_softirq(KMEMU_TASKLET_SOFTIRQ);
}

KMEMU_EXPORT void kmemu_tasklet_push(struct tasklet_struct *t)
{
	u64 mask = kernel_lock(&tasklet_lock);

	WRITE_ONCE(t->state, t->state | KMEMU_TASKLET_SCHED);
	push(t);
	kernel_unlock(&tasklet_lock, mask);
	kmemu_raise_softirq(KMEMU_TASKLET_SOFTIRQ);
}

static void wait_until_clear(struct tasklet_struct *t, unsigned long bits)
{
	for (;;) {
		u32 seen = event_read(&changed);

		if (!(READ_ONCE(t->state) & bits))
			return;
		event_wait(&changed, seen);
	}
}

KMEMU_EXPORT void kmemu_tasklet_disable_nosync(struct tasklet_struct *t)
{
	__atomic_fetch_add(&t->count.counter, 1, __ATOMIC_SEQ_CST);
}

KMEMU_EXPORT void kmemu_tasklet_disable_in_atomic(struct tasklet_struct *t)
{
	__atomic_fetch_add(&t->count.counter, 1, __ATOMIC_SEQ_CST);
	wait_until_clear(t, KMEMU_TASKLET_RUN);
}

KMEMU_EXPORT void kmemu_tasklet_disable(struct tasklet_struct *t)
{
	might_sleep_in("tasklet_disable", CALLER);
	kmemu_tasklet_disable_in_atomic(t);
}

KMEMU_EXPORT void kmemu_tasklet_enable(struct tasklet_struct *t)
{
	u64 mask = kernel_lock(&tasklet_lock);
	bool due = __atomic_sub_fetch(&t->count.counter, 1, __ATOMIC_SEQ_CST) == 0 &&
		   t->state & KMEMU_TASKLET_WAITS;

	if (due) {
		WRITE_ONCE(t->state, t->state & ~KMEMU_TASKLET_WAITS);
		push(t);
	}
	kernel_unlock(&tasklet_lock, mask);
	if (due)
		kmemu_raise_softirq(KMEMU_TASKLET_SOFTIRQ);
}

/* One that is disabled will not run: it is taken off. */
KMEMU_EXPORT void kmemu_tasklet_kill(struct tasklet_struct *t)
{
	u64 mask;

	might_sleep_in("tasklet_kill", CALLER);
	mask = kernel_lock(&tasklet_lock);
	if (t->state & KMEMU_TASKLET_WAITS)
		WRITE_ONCE(t->state,
			   t->state & ~(KMEMU_TASKLET_SCHED | KMEMU_TASKLET_WAITS));
	kernel_unlock(&tasklet_lock, mask);
	wait_until_clear(t, KMEMU_TASKLET_SCHED | KMEMU_TASKLET_RUN);
}
