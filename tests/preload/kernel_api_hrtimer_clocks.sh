#!/bin/sh
# run: timeout=120
# An hrtimer's times are its clock's: an absolute one of the real time fires then, what is over
# fires at once, and what it says of itself is in that clock.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/clocks.c" <<'C'
#include <linux/completion.h>
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/timekeeping.h>

#define MUST(what)                                                      \
	do {                                                            \
		if (!(what)) {                                          \
			pr_err("line %d: not %s\n", __LINE__, #what);  \
			return -EINVAL;                                 \
		}                                                       \
	} while (0)
#define MS(n) ((n) * (ktime_t)NSEC_PER_MSEC)

static DECLARE_COMPLETION(fired);
static ktime_t at;
static int again;

static enum hrtimer_restart fire(struct hrtimer *t)
{
	at = hrtimer_cb_get_time(t);
	if (again && again-- > 1) {
		hrtimer_forward_now(t, MS(5));
		return HRTIMER_RESTART;
	}
	complete(&fired);
	return HRTIMER_NORESTART;
}

static int clock_is_right(int clock, ktime_t (*now)(void))
{
	struct hrtimer t;
	ktime_t want, out;

	hrtimer_init_on_stack(&t, clock, HRTIMER_MODE_ABS);
	t.function = fire;
	MUST(hrtimer_get_expires(&t) == 0);
	want = now() + MS(20);
	hrtimer_start(&t, want, HRTIMER_MODE_ABS);
	MUST(hrtimer_get_expires(&t) == want && hrtimer_is_queued(&t));
	MUST(hrtimer_get_remaining(&t) > 0 && hrtimer_get_remaining(&t) <= MS(20));
	MUST(wait_for_completion_timeout(&fired, HZ));
	MUST(at >= want - MS(1) && at < want + MS(500));
	hrtimer_start(&t, now() - MS(1000) * 3600, HRTIMER_MODE_ABS);
	MUST(wait_for_completion_timeout(&fired, HZ));
	want = now() + MS(10);
	hrtimer_start(&t, MS(10), HRTIMER_MODE_REL);
	MUST(hrtimer_get_expires(&t) >= want - MS(1));
	MUST(wait_for_completion_timeout(&fired, HZ));
	MUST(at >= want - MS(1) && at < want + MS(500));
	again = 3;
	want = now();
	hrtimer_start(&t, want, HRTIMER_MODE_ABS);
	MUST(wait_for_completion_timeout(&fired, HZ));
	MUST(at >= want + MS(5) && (hrtimer_get_expires(&t) - want) % MS(5) == 0);
	hrtimer_set_expires(&t, now() + MS(5));
	hrtimer_start_expires(&t, HRTIMER_MODE_ABS);
	MUST(wait_for_completion_timeout(&fired, HZ));
	hrtimer_start(&t, KTIME_MAX, HRTIMER_MODE_REL);
	MUST(!wait_for_completion_timeout(&fired, 2) && hrtimer_cancel(&t) == 1);
	hrtimer_start(&t, KTIME_MAX, HRTIMER_MODE_ABS);
	MUST(!wait_for_completion_timeout(&fired, 2) && hrtimer_cancel(&t) == 1);
	destroy_hrtimer_on_stack(&t);
	out = now() + MS(10);
	set_current_state(TASK_INTERRUPTIBLE);
	MUST(schedule_hrtimeout_range_clock(&out, 0, HRTIMER_MODE_ABS, clock) == 0 && now() >= out);
	set_current_state(TASK_INTERRUPTIBLE);
	out = now() - MS(10);
	MUST(schedule_hrtimeout_range_clock(&out, 0, HRTIMER_MODE_ABS, clock) == 0);
	return 0;
}

static ktime_t mono(void) { return ktime_get(); }
static ktime_t real(void) { return ktime_get_real(); }
static ktime_t boot(void) { return ktime_get_boottime(); }
static ktime_t tai(void) { return ktime_get_clocktai(); }

static int __init clocks_init(void)
{
	int err = clock_is_right(CLOCK_MONOTONIC, mono);

	err = err ? err : clock_is_right(CLOCK_REALTIME, real);
	err = err ? err : clock_is_right(CLOCK_BOOTTIME, boot);
	return err ? err : clock_is_right(CLOCK_TAI, tai);
}
module_init(clocks_init);
MODULE_LICENSE("Dual MIT/GPL");
C
for CC in "gcc -O0" "gcc -O2" "clang -O1"; do
	$CC -g -Wall -Wextra -Werror -Iinclude -o "$TMP/clocks" "$TMP/clocks.c" "$BUILDDIR/libkmemu.a" \
		-pthread || fail "$CC: it does not compile"
	KMEMU_OPTIONS=profile=audit expect 0 "$K" "$TMP/clocks"
	verdict clean
done
done_ok
