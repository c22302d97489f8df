#!/bin/sh
# run: timeout=120
# Who asks for its CPU, or writes under a plain seqcount, where it may be preempted is told of;
# who may not be moved is not. A lock that was never set up is told of before it is waited for.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/stay.c" <<'C'
#include <linux/kthread.h>
#include <linux/local_lock.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct mine {
	local_lock_t lock;
	int value;
};

static char *what = "";
module_param(what, charp, 0);
#define IS(name) (!strcmp(what, name))
static DEFINE_PER_CPU(struct mine, mine) = { .lock = INIT_LOCAL_LOCK(lock) };
static DEFINE_PER_CPU(int, count);
static seqcount_t seq = SEQCNT_ZERO(seq);
static DEFINE_SPINLOCK(lock);
static DECLARE_WAIT_QUEUE_HEAD(waiters);

static void asks(void)
{
	WRITE_ONCE(*this_cpu_ptr(&count), smp_processor_id());
	__this_cpu_inc(count);
}

static void asks_work(struct work_struct *w)
{
	(void)w;
	asks();
}
static DECLARE_WORK(work, asks_work);

static void unbound(struct work_struct *w)
{
	(void)w;
	__this_cpu_inc(count); /* HERE unbound */
}
static DECLARE_WORK(unbound_work, unbound);

static int asks_thread(void *unused)
{
	(void)unused;
	asks();
	return 0;
}

static void stays(void)
{
	struct task_struct *t = kthread_create(asks_thread, NULL, "bound");

	kthread_bind(t, 0);
	get_task_struct(t);
	wake_up_process(t);
	kthread_stop_put(t);
	schedule_work(&work);
	flush_work(&work);
	preempt_disable();
	asks();
	write_seqcount_begin(&seq);
	write_seqcount_end(&seq);
	preempt_enable();
	migrate_disable();
	asks();
	migrate_enable();
	spin_lock_irq(&lock);
	asks();
	spin_unlock_irq(&lock);
	local_lock(&mine.lock);
	__this_cpu_write(mine.value, 1);
	local_unlock(&mine.lock);
	this_cpu_inc(count);
	(*get_cpu_ptr(&count))++;
	put_cpu_ptr(&count);
	(void)(get_cpu() + raw_smp_processor_id());
	put_cpu();
}

static int __init stay_init(void)
{
	struct mutex *m;
	spinlock_t *s;
	wait_queue_head_t *q;

	if (IS("smp"))
		pr_debug("%d\n", smp_processor_id()); /* HERE smp */
	else if (IS("ptr"))
		++*this_cpu_ptr(&count); /* HERE ptr */
	else if (IS("add"))
		__this_cpu_inc(count); /* HERE add */
	else if (IS("read"))
		return __this_cpu_read(count); /* HERE read */
	else if (IS("unbound"))
		flush_work((queue_work(system_unbound_wq, &unbound_work), &unbound_work));
	if (IS("seq")) {
		write_seqcount_begin(&seq); /* HERE seq */
		write_seqcount_end(&seq);
	}
	if (IS("spin")) {
		s = kmalloc(sizeof(*s), GFP_KERNEL);
		memset(s, 0x6b, sizeof(*s));
		spin_lock(s);
	}
	if (IS("mutex")) {
		m = kmalloc(sizeof(*m), GFP_KERNEL);
		memset(m, 0x6b, sizeof(*m));
		mutex_lock(m);
	}
	if (IS("queue")) {
		q = kmalloc(sizeof(*q), GFP_KERNEL);
		memset(q, 0x6b, sizeof(*q));
		wake_up(q);
	}
	if (IS("locked")) {
		spin_lock(&waiters.lock);
		wake_up(&waiters);
	}
	if (!*what)
		stays();
	return 0;
}

static void __exit stay_exit(void)
{
}
module_init(stay_init);
module_exit(stay_exit);
MODULE_LICENSE("Dual MIT/GPL");
C
cc -g -O1 -Wall -Wextra -Werror -DDEBUG -Iinclude '-DKBUILD_MODNAME="stay"' -o "$TMP/stay" "$TMP/stay.c" \
	"$BUILDDIR/libkmemu.a" -pthread || { fail "it does not compile"; done_ok; }
# told WHAT TEXT
told() {
	expect 0 "$K" "$TMP/stay" "what=$1"
	lines 1 "$TMP/err" '^kmemu: verdict: findings=1'
	told_at kernel-warning "$TMP/stay.c" "$1" "$2"
}
told smp 'BUG: using smp_processor_id\(\) in preemptible \[00000000\] code: stay/[0-9]+'
told ptr 'BUG: using smp_processor_id\(\) in preemptible'
told add 'BUG: using __this_cpu_add\(\) in preemptible'
told read 'BUG: using __this_cpu_read\(\) in preemptible'
told unbound 'BUG: using __this_cpu_add\(\) in preemptible .* code: kworker'
told seq 'WARNING: .* at .*stay\.c'
expect 0 "$K" "$TMP/stay"
verdict clean
KMEMU_OPTIONS=context=off expect 0 "$K" "$TMP/stay" what=add
verdict clean
for lock in spin mutex queue locked; do
	"$K" "$TMP/stay" "what=$lock" >"$TMP/out" 2>"$TMP/err.$lock" &
	logged_then_killed $! "$TMP/err.$lock" '0x6b6b6b6b is no thread.s\|BUG: spinlock recursion'
	wait
	grep -Eq '^kmemu: (kernel-warning|spinlock-recursion)-[0-9a-f]{16} at stay_init' "$TMP/err.$lock" ||
		fail "$lock: $(cat "$TMP/err.$lock")"
done
done_ok
