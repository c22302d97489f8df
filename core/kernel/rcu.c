/*
 * rcu.c - grace periods (kernel: kernel/rcu/tree.c, tree_plugin.h PREEMPT_RCU;
 * kernel/rcu/srcutree.c).
 *
 * A counter, gp, grows by 2 with each grace period. A reader that enters its
 * outermost section notes gp | 1 in its task with a full barrier. Who waits has
 * unlinked what readers may hold, takes the next value, and waits until no task
 * has an odd note that is less: those began before. One that enters later has
 * passed its barrier behind the look at it, so that it sees what was unlinked.
 *
 * Sections of another kind hold a grace period up, too: preemption, bottom halves or
 * interrupts off, a spinlock held. Their beginning costs nothing, so who waits has
 * each thread execute a barrier, and looks at what they have raised until each was
 * seen with nothing: who raises later sees what was unlinked.
 *
 * Who polls has a cookie, the value of the next grace period; one that has ended with
 * that value or a later one began behind the cookie.
 *
 * Callbacks are called in softirq context by a thread, in the order that they
 * came; what kvfree_rcu() got is freed behind them in process context, as vfree
 * may sleep.
 *
 * SRCU's callbacks are called by a work of their domain's, so that a reader of one domain
 * holds up no other's.
 *
 * Different from the kernel: no expedited ways, since nothing is slow; who waits
 * within a section of its own waits for the others only (and is told, as it may not
 * sleep).
 *
 * Invariants: rcu_section is odd while rcu_nesting > 0.
 * Locks: none; lists without locks. Cost: an exchange when a section begins; a
 * grace period is a system call, and looks at each task and each context once.
 */
#include "core/check/lock.h"
#include "core/kernel/softirq.h"

#include "core/mm/shrinker.h"
#include "core/mm/slab.h"
#include "core/mm/util.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/rcu.h"

#define TICK_NS 1000000ULL /* HZ is 1000 */

/* Sections of other kinds. */
#define HOLD_UP                                                                  \
	(1U << RAISE_HARDIRQ | 1U << RAISE_SOFTIRQ | 1U << RAISE_NMI | 1U << RAISE_SPIN | \
	 1U << RAISE_RAW_SPIN | 1U << RAISE_RWLOCK | 1U << RAISE_PREEMPT | 1U << RAISE_BH | \
	 1U << RAISE_IRQS_OFF)

static u64 gp = 2;
static unsigned long gp_ended = 2; /* all that began before it was that have ended */
static unsigned long gp_wanted; /* by who polls */

struct rcu_list {
	struct callback_head *newest;
	u32 waiters; /* at its barrier: it is not left for a tick */
};

static struct rcu_list callbacks, frees;
static int rcu_thread(void *unused);
static struct service rcu = { .name = "rcu_preempt", .fn = rcu_thread };

/* --- readers ------------------------------------------------------------------- */

/* A handler may come between any two of these, and leaves them as it found them. */
void rcu_enter(void)
{
	struct task *task = task_current();
	u32 nesting = READ_ONCE(task->rcu_nesting);

	WRITE_ONCE(task->rcu_nesting, nesting + 1);
	context_order();
	if (nesting && READ_ONCE(task->rcu_section))
		return;
	__atomic_exchange_n(&task->rcu_section, __atomic_load_n(&gp, __ATOMIC_ACQUIRE) | 1,
			    __ATOMIC_SEQ_CST);
	os_smp_mb();
}

void rcu_leave(void)
{
	struct task *task = task_current();
	u32 nesting = READ_ONCE(task->rcu_nesting);

	if (!nesting)
		return;
	if (nesting == 1)
		__atomic_store_n(&task->rcu_section, 0, __ATOMIC_RELEASE);
	context_order();
	WRITE_ONCE(task->rcu_nesting, nesting - 1);
}

KMEMU_EXPORT void kmemu_rcu_enter(void)
{
	rcu_enter();
}

KMEMU_EXPORT void kmemu_rcu_leave(void)
{
	rcu_leave();
}

/* --- grace periods --------------------------------------------------------------- */

/* False: the thread has ended. The longer it takes, the longer it sleeps between. */
static bool wait_a_little(u32 *us, u32 owner)
{
	if ((*us)++ < 4)
		os_yield();
	else if (*us < 1000)
		os_sleep_us(*us);
	else if (os_thread_exists(owner))
		os_sleep_us(1000);
	else
		return false;
	return true;
}

/* Until the task has left the section in which it was before `until`. */
static bool wait_for_task(struct task *task, void *arg)
{
	u64 until = *(const u64 *)arg, section;
	u32 us = 0, owner;

	while (task != task_mine && (owner = READ_ONCE(task->owner)) != 0) {
		section = __atomic_load_n(&task->rcu_section, __ATOMIC_SEQ_CST);
		if (!(section & 1) || section > until || !wait_a_little(&us, owner))
			break;
	}
	return true;
}

/* Until nothing that holds a grace period up is raised there. */
static bool wait_for_context(const struct context_stack *c, void *arg)
{
	u32 us = 0, owner;

	(void)arg;
	while ((owner = READ_ONCE(c->owner)) != 0 && context_has_on(c, HOLD_UP) &&
	       wait_a_little(&us, owner))
		;
	return true;
}

/* The larger of both stays. */
static void raise_to(unsigned long *word, unsigned long value)
{
	unsigned long old = __atomic_load_n(word, __ATOMIC_RELAXED);

	while (old < value &&
	       !__atomic_compare_exchange_n(word, &old, value, true, __ATOMIC_ACQ_REL,
					    __ATOMIC_RELAXED))
		;
}

/* Nor has anything raised that holds a grace period up. */
static bool is_no_reader(struct task *task, void *arg)
{
	bool *reads = arg;

	*reads = __atomic_load_n(&task->rcu_section, __ATOMIC_SEQ_CST) & 1;
	return !*reads;
}

static bool has_nothing_raised(const struct context_stack *c, void *arg)
{
	bool *reads = arg;

	*reads = READ_ONCE(c->owner) && context_has_on(c, HOLD_UP);
	return !*reads;
}

bool rcu_nobody_reads(void)
{
	bool reads = !context_is_task();

	os_process_barrier();
	if (!reads)
		task_for_each(is_no_reader, &reads);
	if (!reads)
		context_for_each_other(has_nothing_raised, &reads);
	return !reads;
}

static void wait_gp(void)
{
	u64 until = __atomic_add_fetch(&gp, 2, __ATOMIC_SEQ_CST);

	os_process_barrier();
	context_rests(true);
	task_for_each(wait_for_task, &until);
	context_for_each_other(wait_for_context, NULL);
	context_rests(false);
	jiffies_catch_up();
	os_smp_mb();
	raise_to(&gp_ended, until);
}

KMEMU_EXPORT void kmemu_synchronize_rcu(void)
{
	might_sleep_in("synchronize_rcu", CALLER);
	wait_gp();
}

/* --- callbacks ------------------------------------------------------------------- */

static void push(struct rcu_list *list, struct callback_head *head)
{
	head->next = __atomic_load_n(&list->newest, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&list->newest, &head->next, head, true,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

/* All of them, the oldest first. */
static struct callback_head *take_all(struct rcu_list *list)
{
	struct callback_head *at = __atomic_exchange_n(&list->newest, NULL, __ATOMIC_ACQUIRE);
	struct callback_head *first = NULL;

	while (at) {
		struct callback_head *older = at->next;

		at->next = first;
		first = at;
		at = older;
	}
	return first;
}

#define LOOKS 256 /* at what was queued last */

static void call_all(struct callback_head *head)
{
	while (head) {
		struct callback_head *next = head->next;
		struct interrupt i;

		void (*func)(struct callback_head *head) = head->func;

		interrupt_enter(&i, RAISE_SOFTIRQ, (const void *)func);
		func(head);
		interrupt_exit(&i, (const void *)func,
			       "huh, entered softirq 9 RCU %pS with preempt_count %08x, "
			       "exited with %08x?");
		head = next;
	}
}

static void barrier_done(struct callback_head *head);

struct barrier {
	struct callback_head head;
	struct kmemu_completion done;
};

static void barrier_done(struct callback_head *head)
{
	kmemu_complete(&container_of(head, struct barrier, head)->done);
}

/*
 * Who queued a block, of those that came last, in a checked run: the place of what is found
 * when it is freed. Two blocks of one place: the later one's; a race loses one.
 */
static struct queuer {
	const void *block, *caller;
} queuers[LOOKS];

static struct queuer *queuer_of(const void *block)
{
	return &queuers[(uintptr_t)block * 0x9e3779b97f4a7c15UL >> 56];
}

static void note_queuer(const void *block, const void *caller)
{
	struct queuer *q = queuer_of(block);

	WRITE_ONCE(q->block, NULL);
	WRITE_ONCE(q->caller, caller);
	__atomic_store_n(&q->block, block, __ATOMIC_RELEASE);
}

static void free_queued(const void *block)
{
	const struct queuer *q = queuer_of(block);
	bool known;

	if (likely(!slab_armed)) {
		kmemu_kvfree(block);
		return;
	}
	known = __atomic_load_n(&q->block, __ATOMIC_ACQUIRE) == block;

	kvfree_from("kvfree_rcu", block, known ? READ_ONCE(q->caller) : NULL);
}

/* What was queued by kvfree_call_rcu() has its block where others have their function. */
static void free_all(struct callback_head *head)
{
	while (head) {
		struct callback_head *next = head->next;

		if (head->func == barrier_done)
			barrier_done(head);
		else
			free_queued((const void *)head->func);
		head = next;
	}
}

static bool is_awaited(const struct rcu_list *list)
{
	return __atomic_load_n(&list->waiters, __ATOMIC_SEQ_CST) != 0;
}

/*
 * No grace period of the kernel's ends within a tick, and who destroys a cache without
 * rcu_barrier() counts on more than that. Who waits for one list hurries that one.
 */
static void wait_a_tick(void)
{
	u64 end = os_monotonic_ns() + TICK_NS, now;

	for (;;) {
		u32 seen = __atomic_load_n(&rcu.word, __ATOMIC_ACQUIRE);

		now = os_monotonic_ns();
		if (now >= end || is_awaited(&callbacks) || is_awaited(&frees))
			return;
		os_futex_wait_ns(&rcu.word, seen, end - now);
	}
}

static int rcu_thread(void *unused)
{
	(void)unused;
	for (;;) {
		u32 seen = __atomic_load_n(&rcu.word, __ATOMIC_ACQUIRE);
		struct callback_head *calls = NULL, *blocks;

		if (!READ_ONCE(callbacks.newest) && !READ_ONCE(frees.newest) &&
		    __atomic_load_n(&gp_wanted, __ATOMIC_ACQUIRE) <= READ_ONCE(gp_ended)) {
			os_futex_wait(&rcu.word, seen);
			continue;
		}
		wait_a_tick();
		if (is_awaited(&callbacks) || !is_awaited(&frees))
			calls = take_all(&callbacks);
		blocks = take_all(&frees);
		wait_gp();
		call_all(calls);
		free_all(blocks);
	}
	return 0;
}

static void wait_for_list(struct rcu_list *list)
{
	struct barrier b = { .head = { .func = barrier_done } };

	if (!READ_ONCE(rcu.started))
		return; /* nothing was ever queued */
	__atomic_fetch_add(&list->waiters, 1, __ATOMIC_SEQ_CST);
	push(list, &b.head);
	service_wake(&rcu);
	completion_wait(&b.done, SLEEP_FOREVER);
	__atomic_fetch_sub(&list->waiters, 1, __ATOMIC_SEQ_CST);
}

/*
 * Shrinkers give objects to call_rcu(). The kernel's reclaim goes on until their grace
 * period is over; here it waits for it, where the thread can.
 */
static void reclaim_waits(void)
{
	struct task *task = task_current();

	if (context_may_sleep() && !task->rcu_nesting && task->fn != rcu_thread)
		wait_for_list(&callbacks);
}

/*
 * Kernel: debug_rcu_head_queue(). In a checked run, and only where the head looks as if;
 * of what was queued last. What the thread of RCU takes stays while this is a reader.
 */
static bool is_queued(struct rcu_list *list, struct callback_head *head, const void *func)
{
	struct callback_head *at;
	u32 n = 0;

	if (likely(!slab_armed) || READ_ONCE(head->func) != (void (*)(struct callback_head *))func)
		return false;
	kmemu_rcu_read_lock();
	at = __atomic_load_n(&list->newest, __ATOMIC_ACQUIRE);
	while (at && at != head && n++ < LOOKS)
		at = READ_ONCE(at->next);
	kmemu_rcu_read_unlock();
	return at == head;
}

KMEMU_EXPORT void kmemu_call_rcu(struct callback_head *head,
				 void (*func)(struct callback_head *head))
{
	if (unlikely(is_queued(&callbacks, head, (const void *)func))) {
		kernel_warn_text(CALLER, "kernel/rcu/tree.c", 3090,
				 "__call_rcu_common(): Double-freed CB %px->%pS()!!!", head,
				 (const void *)func);
		return;
	}
	head->func = func;
	if (unlikely(!READ_ONCE(shrink_wait)))
		WRITE_ONCE(shrink_wait, reclaim_waits);
	push(&callbacks, head);
	service_wake(&rcu);
}

KMEMU_EXPORT void kmemu_kvfree_call_rcu(struct callback_head *head, void *p)
{
	if (unlikely(slab_armed) && !may_kvfree_later("kvfree_rcu", p, CALLER))
		return;
	if (!head) {
		might_sleep_in("kvfree_rcu", CALLER);
		wait_gp();
		kvfree_from("kvfree_rcu", p, CALLER);
		return;
	}
	if (unlikely(is_queued(&frees, head, p))) {
		kernel_warn_text(CALLER, "kernel/rcu/tree.c", 3827,
				 "kvfree_call_rcu(): Double-freed call. rcu_head %px", head);
		return;
	}
	if (unlikely(slab_armed))
		note_queuer(p, CALLER);
	head->func = (void (*)(struct callback_head *))p;
	push(&frees, head);
	service_wake(&rcu);
}

void rcu_wait_for_frees(void)
{
	wait_for_list(&frees);
}

void rcu_wait_for_callbacks(void)
{
	wait_for_list(&callbacks);
}

KMEMU_EXPORT void kmemu_rcu_barrier(void)
{
	might_sleep_in("rcu_barrier", CALLER);
	wait_for_list(&callbacks);
}

KMEMU_EXPORT void kmemu_kvfree_rcu_barrier(void)
{
	might_sleep_in("kvfree_rcu_barrier", CALLER);
	wait_for_list(&frees);
}

/* --- polling --------------------------------------------------------------------- */

/* What was unlinked before is seen by who enters a section behind the look at gp. */
KMEMU_EXPORT unsigned long kmemu_get_state_synchronize_rcu(void)
{
	os_smp_mb();
	return __atomic_load_n(&gp, __ATOMIC_SEQ_CST) + 2;
}

KMEMU_EXPORT unsigned long kmemu_start_poll_synchronize_rcu(void)
{
	unsigned long cookie = kmemu_get_state_synchronize_rcu();

	raise_to(&gp_wanted, cookie);
	service_wake(&rcu);
	return cookie;
}

KMEMU_EXPORT int kmemu_poll_state_synchronize_rcu(unsigned long cookie)
{
	bool ended = __atomic_load_n(&gp_ended, __ATOMIC_ACQUIRE) >= cookie;

	os_smp_mb();
	return ended;
}

KMEMU_EXPORT void kmemu_cond_synchronize_rcu(unsigned long cookie)
{
	if (kmemu_poll_state_synchronize_rcu(cookie))
		return;
	might_sleep_in("cond_synchronize_rcu", CALLER);
	wait_gp();
}

/* --- srcu ------------------------------------------------------------------------ */

/* Kernel: srcu_sup and sda are NULL then, which is an oops. */
static void check_set_up(struct srcu_struct *s, const void *caller)
{
	lock_check_set_up(&s->lock, "kernel/rcu/srcutree.c", 0, "srcu_struct", caller);
}

KMEMU_EXPORT int kmemu_srcu_down_read(struct srcu_struct *s)
{
	int idx = (int)(__atomic_load_n(&s->idx, __ATOMIC_SEQ_CST) & 1);

	__atomic_fetch_add(&s->readers[idx], 1, __ATOMIC_SEQ_CST);
	os_smp_mb();
	return idx;
}

KMEMU_EXPORT void kmemu_srcu_up_read(struct srcu_struct *s, int idx)
{
	if (!__atomic_sub_fetch(&s->readers[idx], 1, __ATOMIC_SEQ_CST))
		os_futex_wake(&s->readers[idx], INT32_MAX);
}

KMEMU_EXPORT int kmemu_srcu_read_lock(struct srcu_struct *s)
{
	int idx;

	check_set_up(s, CALLER);
	idx = kmemu_srcu_down_read(s);
	if ((likely(kmemu_is_ready()) || kmemu_init()) && context_armed)
		context_raise_lock(RAISE_SRCU, LOCK_READ | LOCK_RECURSIVE, s, CALLER, CALLER_SP);
	return idx;
}

KMEMU_EXPORT void kmemu_srcu_read_unlock(struct srcu_struct *s, int idx)
{
	if (context_armed && !context_drop_lock(RAISE_SRCU, s))
		context_lower(RAISE_SRCU, s, "srcu_read_unlock", CALLER);
	kmemu_srcu_up_read(s, idx);
}

static void wait_for_readers(struct srcu_struct *s, u32 idx)
{
	u32 readers;

	while ((readers = __atomic_load_n(&s->readers[idx & 1], __ATOMIC_SEQ_CST)))
		os_futex_wait(&s->readers[idx & 1], readers);
}

/* Twice: a reader may have read idx long before it counts itself. */
static void wait_srcu_gp(struct srcu_struct *s)
{
	unsigned long mine;

	word_lock(&s->lock, os_tid());
	mine = __atomic_add_fetch(&s->begun, 1, __ATOMIC_SEQ_CST);
	for (int i = 0; i < 2; i++) {
		u32 old = __atomic_fetch_add(&s->idx, 1, __ATOMIC_SEQ_CST);

		os_smp_mb();
		wait_for_readers(s, old);
	}
	os_smp_mb();
	__atomic_store_n(&s->ended, mine, __ATOMIC_RELEASE);
	word_unlock(&s->lock);
}

KMEMU_EXPORT void kmemu_synchronize_srcu(struct srcu_struct *s)
{
	might_sleep_in("synchronize_srcu", CALLER);
	check_set_up(s, CALLER);
	if (unlikely(kmemu_rcu_checks) && context_find_lock(s))
		rcu_suspicious("kernel/rcu/srcutree.c", 1388,
			       "Illegal synchronize_srcu() in same-type SRCU (or in RCU) read-side "
			       "critical section",
			       CALLER);
	wait_srcu_gp(s);
}

/* Kernel: srcu_invoke_callbacks(). */
static void call_with_bh_off(struct callback_head *head)
{
	while (head) {
		struct callback_head *next = head->next;
		void (*func)(struct callback_head *head) = head->func;
		struct interrupt i;

		interrupt_enter(&i, RAISE_BH, (const void *)func);
		func(head);
		interrupt_exit(&i, (const void *)func, "srcu: %pS preempt leak: %08x -> %08x");
		kernel_irqs_on();
		head = next;
	}
}

static void srcu_work(struct work_struct *work)
{
	struct srcu_struct *s = container_of(work, struct srcu_struct, work);
	struct callback_head *calls = take_all((struct rcu_list *)&s->callbacks);

	if (!calls && __atomic_load_n(&s->wanted, __ATOMIC_ACQUIRE) <= READ_ONCE(s->ended))
		return;
	wait_srcu_gp(s);
	call_with_bh_off(calls);
}

static void want_srcu_work(struct srcu_struct *s)
{
	WRITE_ONCE(s->work.func, srcu_work);
	kmemu_queue_work(kmemu_system_wq(3), &s->work);
}

KMEMU_EXPORT void kmemu_call_srcu(struct srcu_struct *s, struct callback_head *head,
				  void (*func)(struct callback_head *head))
{
	check_set_up(s, CALLER);
	head->func = func;
	push((struct rcu_list *)&s->callbacks, head);
	want_srcu_work(s);
}

KMEMU_EXPORT void kmemu_srcu_barrier(struct srcu_struct *s)
{
	struct barrier b = { .head = { .func = barrier_done } };

	might_sleep_in("srcu_barrier", CALLER);
	kmemu_call_srcu(s, &b.head, barrier_done);
	completion_wait(&b.done, SLEEP_FOREVER);
}

KMEMU_EXPORT void kmemu_cleanup_srcu_struct(struct srcu_struct *s)
{
	might_sleep_in("cleanup_srcu_struct", CALLER);
	if (READ_ONCE(s->readers[0]) || READ_ONCE(s->readers[1])) {
		kernel_warn(CALLER, "kernel/rcu/srcutree.c", 656, "readers are in a section");
		return;
	}
	if (s->work.func) /* there were callbacks */
		kmemu_flush_work(&s->work);
	__atomic_and_fetch(&s->lock, ~KMEMU_LOCK_SET_UP, __ATOMIC_RELAXED); /* srcu_sup = NULL */
}

KMEMU_EXPORT unsigned long kmemu_get_state_synchronize_srcu(struct srcu_struct *s)
{
	os_smp_mb();
	return __atomic_load_n(&s->begun, __ATOMIC_SEQ_CST) + 1 + KMEMU_RCU_COMPLETED;
}

KMEMU_EXPORT unsigned long kmemu_start_poll_synchronize_srcu(struct srcu_struct *s)
{
	unsigned long cookie = kmemu_get_state_synchronize_srcu(s);

	raise_to(&s->wanted, cookie - KMEMU_RCU_COMPLETED);
	want_srcu_work(s);
	return cookie;
}

KMEMU_EXPORT int kmemu_poll_state_synchronize_srcu(struct srcu_struct *s, unsigned long cookie)
{
	bool ended = __atomic_load_n(&s->ended, __ATOMIC_ACQUIRE) + KMEMU_RCU_COMPLETED >= cookie;

	os_smp_mb();
	return ended;
}
