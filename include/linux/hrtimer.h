/* SPDX-License-Identifier: MIT */
/*
 * <linux/hrtimer.h> of Linux 6.12. They fire in hard interrupt context, those of a _SOFT
 * mode in a softirq. Times of another clock than the monotonic one are turned into its
 * when the timer is set up: a clock that is set later moves none.
 */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <kmemu/irq.h>
#include <asm/processor.h>
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>

enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0x00,
	HRTIMER_MODE_REL = 0x01,
	HRTIMER_MODE_PINNED = 0x02,
	HRTIMER_MODE_SOFT = 0x04,
	HRTIMER_MODE_HARD = 0x08,
	HRTIMER_MODE_ABS_PINNED = HRTIMER_MODE_ABS | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_PINNED = HRTIMER_MODE_REL | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_ABS_SOFT = HRTIMER_MODE_ABS | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_SOFT = HRTIMER_MODE_REL | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_HARD = HRTIMER_MODE_ABS | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_HARD = HRTIMER_MODE_REL | HRTIMER_MODE_HARD,
	HRTIMER_MODE_ABS_PINNED_SOFT = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_PINNED_SOFT = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_PINNED_HARD = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_PINNED_HARD = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_HARD
};

#ifndef CLOCK_MONOTONIC
#define CLOCK_MONOTONIC 1
#endif

static __always_inline struct hrtimer_clock_base *__kmemu_hrtimer_base(int clock)
{
	switch (clock) {
	case 0: /* CLOCK_REALTIME */
	case 11: /* CLOCK_TAI */
		return &kmemu_hrtimer_bases[KMEMU_HRTIMER_REALTIME];
	case 7: /* CLOCK_BOOTTIME */
		return &kmemu_hrtimer_bases[KMEMU_HRTIMER_BOOTTIME];
	default:
		return &kmemu_hrtimer_bases[KMEMU_HRTIMER_MONOTONIC];
	}
}

/* The function is given afterwards: timer->function = f. */
static __always_inline void __kmemu_hrtimer_init(struct hrtimer *timer, int clock,
						 enum hrtimer_mode mode, bool on_stack)
{
	if (clock != 0 && clock != CLOCK_MONOTONIC && clock != 7 && clock != 11)
		kmemu_hrtimer_wrong_clock(clock); /* not REALTIME, BOOTTIME, TAI */
	if (on_stack)
		kmemu_debug_object_init_on_stack(timer, sizeof(*timer));
	else
		kmemu_debug_object_init(timer, sizeof(*timer));
	timer->base = __kmemu_hrtimer_base(clock);
	timer->offset_ns = clock == CLOCK_MONOTONIC ? 0 : timer->base->get_time() - ktime_get();
	if (timer->offset_ns < 0)
		timer->offset_ns = 0; /* no clock is behind: it was read first */
	timer->timer.expires_ns = (u64)-timer->offset_ns; /* 0 of its clock */
	timer->timer.flags = mode & HRTIMER_MODE_SOFT ? 0 : KMEMU_TIMER_HARD;
	timer->function = NULL;
}

/* Kernel: ktime_add_safe(). */
static __always_inline ktime_t __kmemu_hrtimer_from_now(ktime_t time)
{
	ktime_t now = ktime_get();

	return time > KTIME_MAX - now ? KTIME_MAX : now + time;
}

static __always_inline void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode)
{
	__kmemu_hrtimer_init(timer, clock, mode, false);
}

static __always_inline void hrtimer_start(struct hrtimer *timer, ktime_t time,
					  const enum hrtimer_mode mode)
{
	if (!(mode & HRTIMER_MODE_SOFT) != !!(timer->timer.flags & KMEMU_TIMER_HARD))
		kmemu_hrtimer_wrong_mode(timer);
	kmemu_hrtimer_start(timer, mode & HRTIMER_MODE_REL ? __kmemu_hrtimer_from_now(time) :
							     time - timer->offset_ns);
}

static __always_inline void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t time, u64 delta,
						   const enum hrtimer_mode mode)
{
	(void)delta;
	hrtimer_start(timer, time, mode);
}

__kmemu_c int hrtimer_try_to_cancel(struct hrtimer *timer)
	__kmemu_is(kmemu_hrtimer_try_to_cancel);
__kmemu_c int hrtimer_cancel(struct hrtimer *timer) __kmemu_is(kmemu_hrtimer_cancel);

static __always_inline bool hrtimer_active(const struct hrtimer *timer)
{
	return kmemu_hrtimer_active(timer);
}

static __always_inline ktime_t hrtimer_get_expires(const struct hrtimer *timer)
{
	return (ktime_t)timer->timer.expires_ns + timer->offset_ns;
}

static __always_inline void hrtimer_set_expires(struct hrtimer *timer, ktime_t time)
{
	timer->timer.expires_ns = (u64)(time - timer->offset_ns);
}

static __always_inline void hrtimer_restart(struct hrtimer *timer)
{
	kmemu_hrtimer_start(timer, (ktime_t)timer->timer.expires_ns);
}

/* Behind `now` in steps of interval; how many these were. */
static __always_inline u64 hrtimer_forward(struct hrtimer *timer, ktime_t now, ktime_t interval)
{
	ktime_t delta = now - hrtimer_get_expires(timer);
	u64 steps;

	if (delta < 0)
		return 0;
	if (timer->timer.flags & KMEMU_TIMER_PENDING) {
		kmemu_hrtimer_forward_queued();
		return 0;
	}
	steps = (u64)delta / (u64)interval + 1;
	timer->timer.expires_ns += steps * (u64)interval;
	return steps;
}

static __always_inline u64 hrtimer_forward_now(struct hrtimer *timer, ktime_t interval)
{
	return hrtimer_forward(timer, timer->base->get_time(), interval);
}

/* In the state that the caller set; rounded up to jiffies. 0: the time was up; NULL: for ever. */
static __always_inline int schedule_hrtimeout_range_clock(ktime_t *expires, u64 delta,
							  const enum hrtimer_mode mode, int clock)
{
	ktime_t left;

	(void)delta;
	if (!expires)
		return schedule_timeout(MAX_SCHEDULE_TIMEOUT) ? -EINTR : 0;
	left = mode & HRTIMER_MODE_REL ? *expires :
					 *expires - __kmemu_hrtimer_base(clock)->get_time();
	if (left <= 0) {
		__set_current_state(TASK_RUNNING);
		return 0;
	}
	return schedule_timeout((long)nsecs_to_jiffies((u64)left + NSEC_PER_SEC / HZ - 1)) ?
		       -EINTR :
		       0;
}

static __always_inline int schedule_hrtimeout_range(ktime_t *expires, u64 delta,
						    const enum hrtimer_mode mode)
{
	return schedule_hrtimeout_range_clock(expires, delta, mode, CLOCK_MONOTONIC);
}

static __always_inline int schedule_hrtimeout(ktime_t *expires, const enum hrtimer_mode mode)
{
	return schedule_hrtimeout_range_clock(expires, 0, mode, CLOCK_MONOTONIC);
}

#ifndef __cplusplus

#define hrtimer_resolution 1U /* ns */

static inline ktime_t hrtimer_get_remaining(const struct hrtimer *timer)
{
	return (ktime_t)timer->timer.expires_ns - ktime_get();
}

/* Whether its function runs: here only while it is not queued again. */
static inline int hrtimer_callback_running(struct hrtimer *timer)
{
	return !(timer->timer.flags & KMEMU_TIMER_PENDING) && kmemu_hrtimer_active(timer);
}

static inline bool hrtimer_is_queued(struct hrtimer *timer)
{
	return timer->timer.flags & KMEMU_TIMER_PENDING;
}

static inline ktime_t hrtimer_get_softexpires(const struct hrtimer *timer)
{
	return hrtimer_get_expires(timer);
}

static inline void hrtimer_add_expires_ns(struct hrtimer *timer, u64 ns)
{
	timer->timer.expires_ns += ns;
}

static inline void hrtimer_set_expires_range_ns(struct hrtimer *timer, ktime_t time, u64 delta)
{
	hrtimer_set_expires(timer, time + (ktime_t)delta);
}

static __always_inline void hrtimer_start_expires(struct hrtimer *timer, enum hrtimer_mode mode)
{
	(void)mode;
	hrtimer_restart(timer);
}

static inline ktime_t hrtimer_expires_remaining(const struct hrtimer *timer)
{
	return (ktime_t)timer->timer.expires_ns - ktime_get();
}

/* A thread that sleeps until then: its task is NULL when the time was up. */
struct hrtimer_sleeper {
	struct hrtimer timer;
	struct task_struct *task;
};

static __maybe_unused enum hrtimer_restart __kmemu_hrtimer_wakeup(struct hrtimer *timer)
{
	struct hrtimer_sleeper *sl = container_of(timer, struct hrtimer_sleeper, timer);
	struct task_struct *task = sl->task;

	WRITE_ONCE(sl->task, NULL);
	if (task)
		wake_up_process(task);
	return HRTIMER_NORESTART;
}

static __always_inline void hrtimer_init_sleeper(struct hrtimer_sleeper *sl, clockid_t clock,
						 enum hrtimer_mode mode)
{
	hrtimer_init(&sl->timer, clock, mode);
	sl->timer.function = __kmemu_hrtimer_wakeup;
	sl->task = current;
}

static inline void hrtimer_sleeper_start_expires(struct hrtimer_sleeper *sl,
						 enum hrtimer_mode mode)
{
	hrtimer_start_expires(&sl->timer, mode);
}

static __always_inline void hrtimer_init_on_stack(struct hrtimer *timer, clockid_t clock,
						  enum hrtimer_mode mode)
{
	__kmemu_hrtimer_init(timer, clock, mode, true);
}

static __always_inline void hrtimer_init_sleeper_on_stack(struct hrtimer_sleeper *sl,
							  clockid_t clock, enum hrtimer_mode mode)
{
	hrtimer_init_on_stack(&sl->timer, clock, mode);
	sl->timer.function = __kmemu_hrtimer_wakeup;
	sl->task = current;
}

static __always_inline ktime_t hrtimer_cb_get_time(struct hrtimer *timer)
{
	return timer->base->get_time();
}

static __always_inline void destroy_hrtimer_on_stack(struct hrtimer *timer)
{
	kmemu_debug_object_free(timer, sizeof(*timer));
}

static __always_inline void hrtimer_update_function(struct hrtimer *timer,
						    enum hrtimer_restart (*fn)(struct hrtimer *))
{
	(void)(timer->function = fn);
}

static __always_inline void hrtimer_cancel_wait_running(struct hrtimer *timer)
{
	(void)timer;
	cpu_relax();
}

#endif /* __cplusplus */

#endif /* _LINUX_HRTIMER_H */
