/*
 * timer.c - timers (kernel: kernel/time/timer.c mod_timer, timer_delete_sync;
 * hrtimer.c).
 *
 * The kernel has a wheel a CPU; here is one tree by time and one thread, which
 * sleeps until the first is due. timer_list and hrtimer are the same inside, a
 * time in nanoseconds; they differ by the context in which they fire.
 *
 * Different from the kernel: a timer fires within the system's own delay behind
 * its time, not at a tick; deferrable and pinned are nothing; who waits for a
 * timer from its own function, there for ever, is told and goes on.
 *
 * Invariants: the tree is in order of expires_ns, equal ones as they came; first is
 * its first node; PENDING is set of what is in it.
 * Locks: timer_lock, a leaf. Cost: log2 of those that are armed; nothing until the
 * first.
 */
#include "core/kernel/debugobjects.h"
#include "core/kernel/softirq.h"

#include "core/check/lock.h"

#define TIMER_IRQSAFE 0x00200000u /* include/linux/timer.h */

static struct kernel_lock timer_lock __own_word;
static struct rb_root queue, active; /* by time, by address */
static struct rb_node *first; /* kernel: struct timerqueue_head's rb_leftmost */
static struct kmemu_timer *running; /* under the lock */
static struct event changed;

static int timers(void *unused);
static struct service timer_thread = { .name = "timers/0", .fn = timers };

static struct kmemu_timer *timer_of(struct rb_node *node)
{
	return container_of(node, struct kmemu_timer, by_time);
}

static bool is_pending(const struct kmemu_timer *timer)
{
	return READ_ONCE(timer->flags) & KMEMU_TIMER_PENDING;
}

static bool dequeue(struct kmemu_timer *timer)
{
	if (!is_pending(timer))
		return false;
	if (first == &timer->by_time)
		first = kmemu_rb_next(first);
	kmemu_rb_erase(&timer->by_time, &queue);
	debug_object_deactivate(&timer->by_address, &active);
	WRITE_ONCE(timer->flags, timer->flags & ~KMEMU_TIMER_PENDING);
	return true;
}

/* Whether it is the first now. */
static bool enqueue(struct kmemu_timer *timer)
{
	struct rb_node **link = &queue.rb_node, *parent = NULL;
	bool is_first = true;

	while (*link) {
		parent = *link;
		if (timer->expires_ns < timer_of(parent)->expires_ns) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			is_first = false;
		}
	}
	timer->by_time = (struct rb_node){ .__rb_parent_color = (unsigned long)parent };
	*link = &timer->by_time;
	kmemu_rb_insert_color(&timer->by_time, &queue);
	debug_object_activate(&timer->by_address, &active);
	WRITE_ONCE(timer->flags, timer->flags | KMEMU_TIMER_PENDING);
	if (is_first)
		first = &timer->by_time;
	return is_first;
}

/* --- the thread ------------------------------------------------------------------ */

/* The first one when it is due, off the list; else *wait_ns says how long it has. */
static struct kmemu_timer *take_due(u64 *wait_ns)
{
	u64 mask = kernel_lock(&timer_lock), now = os_monotonic_ns();
	struct kmemu_timer *timer = NULL;

	*wait_ns = SLEEP_FOREVER;
	if (first) {
		timer = timer_of(first);
		*wait_ns = timer->expires_ns > now ? timer->expires_ns - now : 0;
	}
	if (*wait_ns)
		timer = NULL;
	if (timer) {
		dequeue(timer);
		running = timer;
	}
	kernel_unlock(&timer_lock, mask);
	return timer;
}

static void fire_list(struct kmemu_timer *timer)
{
	struct timer_list *t = container_of(timer, struct timer_list, timer);
	const void *key = READ_ONCE(lock_order_on) ? t->lock_key : NULL;

	/* Kernel: call_timer_fn(): a lock to lockdep, which who waits for it takes. */
	if (key)
		lock_map_acquire(key, LOCK_API, (const char *)t->function + 1, CALLER_SP);
	t->function(t);
	if (key)
		context_drop_lock(RAISE_MAP, key);
}

static bool is_own(const struct kmemu_timer *timer)
{
	return task_mine && task_mine->fn == timers && READ_ONCE(running) == timer;
}

/* Kernel: timer_delete_sync(). That its own function waits for it is told by disarm_sync(). */
static void touch(const struct timer_list *t, const void *caller)
{
	if (unlikely(READ_ONCE(lock_order_on)) && t->lock_key && !is_own(&t->timer))
		lock_order(RAISE_MAP, t->lock_key, LOCK_API, caller);
}

static const void *function_of(const struct kmemu_timer *timer)
{
	return timer->fire == fire_list ?
		       (const void *)container_of(timer, struct timer_list, timer)->function :
		       (const void *)container_of(timer, struct hrtimer, timer)->function;
}

static void fire(struct kmemu_timer *timer)
{
	u32 flags = READ_ONCE(timer->flags);
	enum raise_kind kind = flags & KMEMU_TIMER_HARD ? RAISE_HARDIRQ : RAISE_SOFTIRQ;
	const void *fn = function_of(timer);
	struct interrupt i;
	u64 mask;

	interrupt_enter(&i, kind, fn);
	timer->fire(timer); /* may free it */
	interrupt_exit(&i, fn, "timer: %pS preempt leak: %08x -> %08x");
	mask = kernel_lock(&timer_lock);
	running = NULL;
	kernel_unlock(&timer_lock, mask);
	event_signal(&changed);
	kernel_irqs_on();
}

static int timers(void *unused)
{
	(void)unused;
	for (;;) {
		u32 seen = __atomic_load_n(&timer_thread.word, __ATOMIC_ACQUIRE);
		u64 wait_ns;
		struct kmemu_timer *timer = take_due(&wait_ns);

		if (timer)
			fire(timer);
		else if (wait_ns == SLEEP_FOREVER)
			os_futex_wait(&timer_thread.word, seen);
		else
			os_futex_wait_ns(&timer_thread.word, seen, wait_ns);
	}
	return 0;
}

/* --- both kinds ------------------------------------------------------------------ */

enum arm {
	ARM_ALWAYS,
	ARM_PENDING, /* only what is pending */
	ARM_EARLIER, /* what is pending only to an earlier time */
};

/* Whether it was pending. */
static bool arm(struct kmemu_timer *timer, u64 at_ns, unsigned long expires, enum arm how)
{
	bool was, is_first = false;
	u64 mask;

	debug_objects_arm();
	mask = kernel_lock(&timer_lock);
	was = is_pending(timer);
	if (!(timer->flags & KMEMU_TIMER_SHUTDOWN) && (was || how != ARM_PENDING) &&
	    !(was && how == ARM_EARLIER && timer->expires_ns <= at_ns)) {
		dequeue(timer);
		timer->expires_ns = at_ns;
		if (timer->fire == fire_list)
			container_of(timer, struct timer_list, timer)->expires = expires;
		is_first = enqueue(timer);
	}
	kernel_unlock(&timer_lock, mask);
	if (is_first)
		service_wake(&timer_thread);
	return was;
}

/* Whether it was pending; *runs: its function runs now, on another thread. */
static bool disarm(struct kmemu_timer *timer, u32 flags, bool *runs)
{
	u64 mask = kernel_lock(&timer_lock);
	bool was = dequeue(timer);

	WRITE_ONCE(timer->flags, timer->flags | flags);
	*runs = running == timer;
	kernel_unlock(&timer_lock, mask);
	return was;
}

/* Kernel: timer_debug_hint(), timer_fixup_free(); of hrtimers the same. */
bool timer_obj_freed(const void *p, size_t bytes, struct debug_object *found)
{
	u64 mask = kernel_lock(&timer_lock);
	struct rb_node *node = debug_object_in(&active, p, bytes);
	struct kmemu_timer *timer = NULL;

	if (node) {
		timer = container_of(node, struct kmemu_timer, by_address);
		found->type = timer->fire == fire_list ? "timer_list" : "hrtimer";
		found->object = timer; /* both begin with it */
		found->hint = function_of(timer);
		if (found->hint == (const void *)delayed_work_timer_fn)
			found->hint = delayed_work_function(timer);
		dequeue(timer);
	}
	kernel_unlock(&timer_lock, mask);
	return timer;
}

static bool disarm_sync(struct kmemu_timer *timer, u32 flags, const char *func, const void *caller)
{
	bool was = false, runs;

	task_current();
	for (;;) {
		u32 seen = event_read(&changed);

		was |= disarm(timer, flags, &runs);
		if (runs && is_own(timer)) {
			kernel_warn_text(caller, "kernel/time/timer.c", 0,
					 "%s() waits for the timer whose function calls it", func);
			return was;
		}
		if (!runs)
			return was;
		event_wait(&changed, seen);
	}
}

/* --- timer_list ------------------------------------------------------------------ */

/* Kernel: debug_timer_assert_init(). */
static void check_set_up(const struct timer_list *t, const void *caller)
{
	if (unlikely(!t->function && !t->lock_key && !t->flags && !t->timer.flags))
		debug_object_unknown("timer_list", t, caller);
}

static int mod(struct timer_list *t, unsigned long expires, enum arm how, const void *caller)
{
	check_set_up(t, caller);
	if (unlikely(!t->function)) /* shut down, or set up without one: nothing starts */
		return 0;
	t->timer.fire = fire_list;
	return arm(&t->timer, jiffies_to_time(expires), expires, how);
}

KMEMU_EXPORT void kmemu_timer_wrong_flags(void)
{
	kernel_warn(CALLER, "kernel/time/timer.c", 901, NULL);
}

KMEMU_EXPORT int kmemu_mod_timer(struct timer_list *t, unsigned long expires)
{
	return mod(t, expires, ARM_ALWAYS, CALLER);
}

KMEMU_EXPORT void kmemu_add_timer(struct timer_list *t)
{
	if (kmemu_timer_pending(t))
		kernel_warn(CALLER, "kernel/time/timer.c", 1294, NULL);
	else
		mod(t, t->expires, ARM_ALWAYS, CALLER);
}

KMEMU_EXPORT int kmemu_mod_timer_pending(struct timer_list *t, unsigned long expires)
{
	return mod(t, expires, ARM_PENDING, CALLER);
}

KMEMU_EXPORT int kmemu_timer_reduce(struct timer_list *t, unsigned long expires)
{
	return mod(t, expires, ARM_EARLIER, CALLER);
}

KMEMU_EXPORT int kmemu_del_timer(struct timer_list *t)
{
	bool runs;

	check_set_up(t, CALLER);
	return disarm(&t->timer, 0, &runs);
}

KMEMU_EXPORT int kmemu_try_to_del_timer(struct timer_list *t)
{
	bool runs, was;

	check_set_up(t, CALLER);
	was = disarm(&t->timer, 0, &runs);
	return runs ? -1 : was;
}

/* Its function may be what was interrupted, and would be waited for for ever. */
static void check_sync(const struct timer_list *t, const void *caller)
{
	if (context_has(1U << RAISE_HARDIRQ) && !(t->flags & TIMER_IRQSAFE))
		kernel_warn(caller, "kernel/time/timer.c", 1658,
			    "timer_delete_sync() in a hard interrupt");
}

KMEMU_EXPORT int kmemu_del_timer_sync(struct timer_list *t)
{
	check_set_up(t, CALLER);
	check_sync(t, CALLER);
	touch(t, CALLER);
	return disarm_sync(&t->timer, 0, "timer_delete_sync", CALLER);
}

KMEMU_EXPORT int kmemu_timer_shutdown(struct timer_list *t)
{
	bool runs;

	check_set_up(t, CALLER);
	return disarm(&t->timer, KMEMU_TIMER_SHUTDOWN, &runs);
}

KMEMU_EXPORT int kmemu_timer_shutdown_sync(struct timer_list *t)
{
	check_set_up(t, CALLER);
	check_sync(t, CALLER);
	touch(t, CALLER);
	return disarm_sync(&t->timer, KMEMU_TIMER_SHUTDOWN, "timer_shutdown_sync", CALLER);
}

KMEMU_EXPORT int kmemu_timer_pending(const struct timer_list *t)
{
	return is_pending(&t->timer);
}

/* --- hrtimer --------------------------------------------------------------------- */

/* A time of another clock may lie before the monotonic one's zero. */
static u64 positive(long long ns)
{
	return ns > 0 ? (u64)ns : 0;
}

static void fire_hrtimer(struct kmemu_timer *timer)
{
	struct hrtimer *t = container_of(timer, struct hrtimer, timer);

	if (t->function(t) == HRTIMER_RESTART && !is_pending(timer))
		arm(timer, positive((long long)timer->expires_ns), 0, ARM_ALWAYS);
}

static long long monotonic(void)
{
	return (long long)kmemu_ktime_get();
}

static long long realtime(void)
{
	return (long long)kmemu_ktime_get_real();
}

static long long boottime(void)
{
	return (long long)kmemu_ktime_get_boottime();
}

KMEMU_EXPORT struct hrtimer_clock_base kmemu_hrtimer_bases[KMEMU_HRTIMER_BASES] = {
	[KMEMU_HRTIMER_MONOTONIC] = { monotonic },
	[KMEMU_HRTIMER_REALTIME] = { realtime },
	[KMEMU_HRTIMER_BOOTTIME] = { boottime },
};

KMEMU_EXPORT void kmemu_hrtimer_start(struct hrtimer *t, long long at_ns)
{
	if (unlikely(!t->function)) {
		kernel_warn(CALLER, "kernel/time/hrtimer.c", 1330, NULL);
		return;
	}
	t->timer.fire = fire_hrtimer;
	arm(&t->timer, positive(at_ns), 0, ARM_ALWAYS);
}

KMEMU_EXPORT void kmemu_hrtimer_wrong_mode(const struct hrtimer *t)
{
	if (t->function) /* else kmemu_hrtimer_start() tells */
		kernel_warn(CALLER, "kernel/time/hrtimer.c", 1338, NULL);
}

KMEMU_EXPORT void kmemu_hrtimer_wrong_clock(int clock)
{
	kernel_warn_text(CALLER, "kernel/time/hrtimer.c", 1604,
			 "Invalid clockid %d. Using MONOTONIC", clock);
}

KMEMU_EXPORT void kmemu_hrtimer_forward_queued(void)
{
	kernel_warn(CALLER, "kernel/time/hrtimer.c", 1056, NULL);
}

KMEMU_EXPORT int kmemu_hrtimer_try_to_cancel(struct hrtimer *t)
{
	bool runs, was = disarm(&t->timer, 0, &runs);

	return runs ? -1 : was;
}

KMEMU_EXPORT int kmemu_hrtimer_cancel(struct hrtimer *t)
{
	return disarm_sync(&t->timer, 0, "hrtimer_cancel", CALLER);
}

KMEMU_EXPORT int kmemu_hrtimer_active(const struct hrtimer *t)
{
	return is_pending(&t->timer) || READ_ONCE(running) == &t->timer;
}
