#!/bin/sh
# run: timeout=120
# What Linux 6.12 warns of in timers, works, threads, interrupts and formats that are set up or
# used wrong: each is one finding at its line with the kernel's file and line, also without
# optimization; what is nearly it is silent.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/misuse.c" <<'C'
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

static char *what = "";
module_param(what, charp, 0);
#define IS(name) (!strcmp(what, name))

static struct timer_list timer;
static struct hrtimer hr;
static struct delayed_work late;

static void nothing(struct work_struct *w)
{
	(void)w;
}
static DECLARE_DELAYED_WORK(declared, nothing);

static void fires(struct timer_list *t)
{
	(void)t;
}

static enum hrtimer_restart hr_fires(struct hrtimer *t)
{
	(void)t;
	return HRTIMER_NORESTART;
}

static void kthread_nothing(struct kthread_work *w)
{
	(void)w;
}

static irqreturn_t handler(int irq, void *dev)
{
	(void)irq;
	(void)dev;
	return IRQ_HANDLED;
}

static int runs(void *unused)
{
	(void)unused;
	while (!kthread_should_stop()) {
		if (kthread_should_park())
			kthread_parkme();
		schedule_timeout_interruptible(1);
	}
	return 0;
}

static int returns(void *unused)
{
	(void)unused;
	return 0;
}

static void timers(void)
{
	struct timer_list here;
	struct hrtimer hr_here;
	struct work_struct work_here;
	unsigned int flags = IS("timer-flags") ? 1U << 30 : TIMER_PINNED | TIMER_IRQSAFE;

	if (IS("timer-zero"))
		timer_delete_sync(&timer); /* HERE timer-zero */
	timer_setup(&timer, fires, flags); /* HERE timer-flags */
	timer.expires = jiffies + 1000;
	add_timer(&timer);
	if (mod_timer(&timer, jiffies + 2000) != 1 || timer_reduce(&timer, jiffies + 500) != 1 ||
	    timer_reduce(&timer, jiffies + 3000) != 1 || timer.expires - jiffies > 500)
		pr_err("wrong time\n");
	if (IS("timer-local"))
		add_timer_local(&timer); /* HERE timer-local */
	timer_delete_sync(&timer);
	if (mod_timer_pending(&timer, 5) || timer.expires == 5)
		pr_err("wrong pending\n");
	timer_setup(&timer, NULL, 0);
	mod_timer(&timer, jiffies + 1); /* it has no function: nothing starts */
	timer_setup_on_stack(&here, fires, 0);
	if (IS("stack-active")) {
		mod_timer(&here, jiffies + 1000);
		destroy_timer_on_stack(&here); /* HERE stack-active */
	} else {
		destroy_timer_on_stack(&here);
	}
	if (IS("stack-timer"))
		timer_setup(&here, fires, 0); /* HERE stack-timer */
	hrtimer_init_on_stack(&hr_here, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	destroy_hrtimer_on_stack(&hr_here);
	if (IS("stack-hrtimer"))
		hrtimer_init(&hr_here, CLOCK_MONOTONIC, HRTIMER_MODE_REL); /* HERE stack-hrtimer */
	INIT_WORK_ONSTACK(&work_here, nothing);
	destroy_work_on_stack(&work_here);
	if (IS("stack-work"))
		INIT_WORK(&work_here, nothing); /* HERE stack-work */
}

static void hrtimers(void)
{
	hrtimer_init(&hr, IS("hr-clock") ? 99 : CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT); /* HERE hr-clock */
	hr.function = hr_fires;
	hrtimer_start(&hr, ms_to_ktime(1000), HRTIMER_MODE_REL_SOFT);
	if (ktime_to_ms(hrtimer_get_remaining(&hr)) > 1000 || hrtimer_callback_running(&hr))
		pr_err("wrong hrtimer\n");
	hrtimer_forward(&hr, ktime_get(), ms_to_ktime(1)); /* that time is not yet */
	if (IS("hr-forward"))
		hrtimer_forward(&hr, ktime_add_ms(ktime_get(), 5000), ms_to_ktime(1)); /* HERE hr-forward */
	hrtimer_cancel(&hr);
	if (IS("hr-mode"))
		hrtimer_start(&hr, ms_to_ktime(1000), HRTIMER_MODE_REL); /* HERE hr-mode */
	hrtimer_cancel(&hr);
}

static void works(void)
{
	struct workqueue_struct *wq;
	static struct work_struct zero;

	cancel_delayed_work_sync(IS("work-zero") ? &late : &declared); /* HERE work-zero */
	if (IS("work-flush"))
		flush_work(&zero); /* HERE work-flush */
	if (IS("work-queue"))
		schedule_delayed_work(&late, 1); /* HERE work-queue */
	wq = alloc_workqueue("misuse", WQ_BH | (IS("bh-unbound") ? WQ_UNBOUND : WQ_HIGHPRI), 0); /* HERE bh-unbound */
	if (!wq != IS("bh-unbound"))
		pr_err("wrong queue\n");
	if (wq)
		destroy_workqueue(wq);
	wq = alloc_workqueue("misuse", WQ_BH, IS("bh-active")); /* HERE bh-active */
	if (wq)
		destroy_workqueue(wq);
	if (!IS("name"))
		return;
	wq = alloc_workqueue("a_name_that_is_longer_than_32_bytes", 0, 0);
	destroy_workqueue(wq);
	wq = alloc_workqueue("a_name_that_has_a_mere_31_bytes", 0, 0);
	destroy_workqueue(wq);
}

static void threads(void)
{
	struct kthread_worker *a = kthread_create_worker(0, "a"), *b = kthread_create_worker(0, "b");
	static struct kthread_delayed_work delayed;
	static struct kthread_work plain;
	struct task_struct *t;

	kthread_init_delayed_work(&delayed, kthread_nothing);
	kthread_init_work(&plain, kthread_nothing);
	kthread_queue_work(a, &plain);
	kthread_flush_work(&plain);
	if (IS("worker-other"))
		kthread_queue_work(b, &plain); /* HERE worker-other */
	kthread_queue_delayed_work(a, &delayed, 1000);
	kthread_mod_delayed_work(a, &delayed, 1);
	msleep(20);
	kthread_queue_delayed_work(a, &delayed, 1000);
	kthread_mod_delayed_work(a, &delayed, 0);
	kthread_flush_work(&delayed.work);
	kthread_queue_delayed_work(a, &delayed, 1000);
	if (!IS("worker-left"))
		kthread_cancel_delayed_work_sync(&delayed);
	kthread_destroy_worker(a); /* HERE worker-left */
	if (IS("worker-left"))
		timer_delete_sync(&delayed.timer);
	kthread_destroy_worker(b);
	t = kthread_create(IS("park-exited") ? returns : runs, NULL, "parks");
	get_task_struct(t);
	wake_up_process(t);
	msleep(20);
	if (!IS("park-exited") && kthread_park(t))
		pr_err("wrong park\n");
	if (strstarts(what, "park") && kthread_park(t) != (IS("park-twice") ? -EBUSY : -ENOSYS)) /* HERE park */
		pr_err("wrong park\n");
	kthread_stop_put(t);
	if (schedule_timeout(IS("timeout") ? -5 : 0)) /* HERE timeout */
		pr_err("wrong timeout\n");
}

static void lines_of(void)
{
	int a, b, c;

	if (request_irq(9, handler, IRQF_SHARED | IRQF_NO_AUTOEN, "a", &a) != -EINVAL ||
	    request_irq(9, handler, IRQF_COND_SUSPEND, "a", &a) != -EINVAL)
		pr_err("wrong flags\n");
	if (request_threaded_irq(9, NULL, handler, IRQF_SHARED | IRQF_ONESHOT | IRQF_TRIGGER_RISING, "a", &a))
		return;
	/* how it is triggered and held is the line's */
	if (request_irq(9, handler, IRQF_SHARED, "b", &b))
		pr_err("wrong joined\n");
	if (request_irq(9, handler, IRQF_SHARED | IRQF_TRIGGER_FALLING, "c", &c) != -EBUSY)
		pr_err("wrong trigger\n");
	enable_irq_wake(9);
	disable_irq_wake(9);
	if (IS("irq-wake"))
		disable_irq_wake(9); /* HERE irq-wake */
	free_irq(9, &b);
	free_irq(9, &a);
}

/* Not with a constant format: the compilers know what is wrong. */
static void formats(void)
{
	const char *n = IS("format-n") ? "%n" : "%%";
	char out[8];
	int i = 0;

	if (snprintf(out, IS("format-size") ? (size_t)-1 : 8, "%d", 5) != !IS("format-size")) /* HERE format-size */
		pr_err("wrong size\n");
	snprintf(out, sizeof(out), n, &i); /* HERE format-n */
	snprintf(out, sizeof(out), "%.*d", IS("format-precision") ? 1 << 20 : 5, i); /* HERE format-precision */
	snprintf(out, sizeof(out), "%*d", IS("format-width") ? 1 << 25 : 5, i); /* HERE format-width */
}

static int __init misuse_init(void)
{
	if (strstarts(what, "timer") || strstarts(what, "stack"))
		timers();
	else if (strstarts(what, "hr"))
		hrtimers();
	else if (strstarts(what, "format"))
		formats();
	else if (strstarts(what, "irq"))
		lines_of();
	else if (strstarts(what, "worker") || strstarts(what, "park") || IS("timeout"))
		threads();
	else
		works();
	return 0;
}

static void __exit misuse_exit(void)
{
	pr_info("gone\n");
}
module_init(misuse_init);
module_exit(misuse_exit);
MODULE_LICENSE("Dual MIT/GPL");
C
# found WHAT TEXT [LINE]
found() {
	expect 0 "$K" "$TMP/misuse" "what=$1"
	lines 1 "$TMP/err" '^kmemu: verdict: findings=1'
	lines 0 "$TMP/err" '^\[[^]]*\] wrong'
	told_at kernel-warning "$TMP/misuse.c" "${3:-$1}" "$2"
}
for opt in -O0 -O2; do
	cc -g $opt -Wall -Wextra -Werror -Wno-format-nonliteral -Wno-format-truncation -Iinclude '-DKBUILD_MODNAME="misuse"' -o "$TMP/misuse" \
		"$TMP/misuse.c" "$BUILDDIR/libkmemu.a" -pthread || { fail "it does not compile"; done_ok; }
	found timer-zero 'ODEBUG: assert_init not available .*: timer_list'
	found timer-flags 'WARNING: .* at kernel/time/timer.c:901'
	found timer-local 'WARNING: .* at kernel/time/timer.c:1294'
	found stack-active 'ODEBUG: free active .*: timer_list hint: fires\+0x0'
	for on in timer hrtimer work; do
		found stack-$on 'ODEBUG: object [0-9a-f]+ is on stack [0-9a-f]+000, but NOT annotated\.'
	done
	found hr-clock 'Invalid clockid 99. Using MONOTONIC'
	found hr-forward 'WARNING: .* at kernel/time/hrtimer.c:1056'
	found hr-mode 'WARNING: .* at kernel/time/hrtimer.c:1338'
	found work-zero "WARNING: .* at kernel/workqueue.c:4241"
	found work-flush 'WARNING: .* at kernel/workqueue.c:4241'
	found work-queue 'WARNING: .* at kernel/workqueue.c:2533'
	found bh-unbound 'WARNING: .* at kernel/workqueue.c:5718'
	found bh-active 'WARNING: .* at kernel/workqueue.c:5720'
	found worker-other 'WARNING: .* at kernel/kthread.c:994'
	found worker-left 'WARNING: .* at kernel/kthread.c:1429'
	found park-exited 'WARNING: .* at kernel/kthread.c:659' park
	found park-twice 'WARNING: .* at kernel/kthread.c:662' park
	found timeout 'schedule_timeout: wrong timeout value fffffffffffffffb'
	found irq-wake 'Unbalanced IRQ 9 wake disable'
	found format-size 'WARNING: .* at lib/vsprintf.c:2741'
	found format-n 'Please remove unsupported %n in format string'
	found format-precision 'precision 1048576 too large'
	found format-width 'field width 33554432 too large'
	for silent in timer hr work worker name irq format; do
		expect 0 "$K" "$TMP/misuse" what=$silent
		lines 1 "$TMP/err" '^kmemu: verdict: clean'
		lines 0 "$TMP/err" '^\[[^]]*\] wrong'
		[ $silent != name ] || lines 1 "$TMP/err" \
			'workqueue: name exceeds WQ_NAME_LEN. Truncating to: a_name_that_is_longer_than_32_b$'
		[ $silent != irq ] || lines 1 "$TMP/err" \
			'genirq: Flags mismatch irq 9. 00200082 \(c\) vs. 00002081 \(a\)$'
	done
done
done_ok
