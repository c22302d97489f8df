#!/bin/sh
# run: timeout=120
# A function that an interrupt of kernel code runs, and whose last call the compiler made a
# jump: it is not on the stack, and what that call does wrong is told of all the same, at
# the function's file and line. What is right stays silent.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/jumps.c" <<'C'
#include <linux/completion.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

int kmemu_raise_irq(unsigned int irq);

static DECLARE_COMPLETION(done);
static struct dentry *dir;
static void *area, *freed;
static struct kmem_cache *one, *other;

static void work_fn(struct work_struct *w) { }
static DECLARE_WORK(work, work_fn);
static void waits(struct timer_list *t) { wait_for_completion(&done); }
static void frees(struct timer_list *t) { vfree(area); }
static void flushes(struct timer_list *t) { flush_work(&work); }
static void twice(struct timer_list *t) { kfree(freed); }
static void wrong(struct timer_list *t) { kmem_cache_free(other, freed); }
static void sleeps(struct tasklet_struct *t) { msleep(1); }
static irqreturn_t stops(int irq, void *dev) { return cancel_work_sync(&work); }
static void many(struct timer_list *t) { debugfs_remove(dir); }
static void right(struct timer_list *t) { complete(&done); }
static void right_too(struct tasklet_struct *t) { kfree(freed); }
static struct timer_list timer;
static DECLARE_TASKLET(sleeper, sleeps);
static DECLARE_TASKLET(freer, right_too);

static void fire(void (*fn)(struct timer_list *t))
{
	timer_setup(&timer, fn, 0);
	mod_timer(&timer, jiffies);
	while (timer_pending(&timer))
		msleep(1);
	del_timer_sync(&timer);
}
static void mistakes(void)
{
	complete_all(&done);
	fire(waits);
	area = vmalloc(100);
	fire(frees);
	fire(flushes);
	freed = kmalloc(100, GFP_KERNEL);
	kfree(freed);
	fire(twice);
	freed = kmem_cache_alloc(one, GFP_KERNEL);
	fire(wrong);
	dir = debugfs_create_dir("dir", NULL);
	fire(many);
	tasklet_schedule(&sleeper);
	tasklet_kill(&sleeper);
	if (!request_irq(5, stops, 0, "stops", &area))
		kmemu_raise_irq(5);
	free_irq(5, &area);
}
static int bad;
module_param(bad, int, 0);
static int __init jumps_init(void)
{
	one = kmem_cache_create("one", 72, 0, SLAB_NO_MERGE, NULL);
	other = kmem_cache_create("other", 72, 0, SLAB_NO_MERGE, NULL);
	freed = kmalloc(100, GFP_KERNEL);
	tasklet_schedule(&freer);
	tasklet_kill(&freer);
	fire(right);
	if (bad)
		mistakes();
	kmem_cache_destroy(one);
	kmem_cache_destroy(other);
	return 0;
}
module_init(jumps_init);
C
line_of() { grep -n "^static.* $1(struct\|^static.* $1(int" "$TMP/jumps.c" | cut -d: -f1; }
told() { lines 1 "$TMP/err" "^kmemu: $1-[0-9a-f]+ at $2\+0x.*/jumps.c:$(line_of "$2")\)"; }
for cc in "gcc -O2" "clang -O2"; do
	have "${cc%% *}" || continue
	$cc -g -w -Iinclude -o "$TMP/jumps" "$TMP/jumps.c" "$BUILDDIR/libkmemu.a" -pthread ||
		fail "$cc: does not compile"
	expect 0 "$K" run -v "$TMP/jumps"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	expect 0 "$K" run "$TMP/jumps" bad=1
	told sleep-in-atomic waits
	told vfree-in-atomic frees
	told sleep-in-atomic flushes
	told double-free twice
	told wrong-cache wrong
	told sleep-in-atomic many
	told scheduling-while-atomic sleeps
	told sleep-in-atomic stops
	lines 1 "$TMP/err" '^kmemu: verdict: findings=8'
done
done_ok
