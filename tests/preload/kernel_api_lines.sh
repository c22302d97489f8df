#!/bin/sh
# A finding in an inline function of the kernel's API, or of C++'s library, has the
# line of its caller.
# run: timeout=120
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/hello.c" <<'C'
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static char *name;

static int __init hello_init(void)
{
	spin_lock(&lock);
	name = kmalloc(100, GFP_KERNEL); /* line 11 */
	spin_unlock(&lock);
	return name ? 0 : -ENOMEM;
}

static void __exit hello_exit(void)
{
	kfree(name);
}

module_init(hello_init);
module_exit(hello_exit);
C
cat >"$TMP/wraps.c" <<'C'
#include <linux/bitmap.h>
#include <linux/cleanup.h>
#include <linux/cpuhotplug.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/percpu_counter.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
DEFINE_STATIC_PERCPU_RWSEM(sem);
static struct device dev = { .mutex = __MUTEX_INITIALIZER(dev.mutex) };
static struct percpu_counter counter;
static char buffer[8192];

static void nothing(struct work_struct *work) { (void)work; }
static long on_cpu(void *arg) { return (long)arg; }

static int __init wraps_init(void)
{
	struct page *page;
	loff_t pos = 0;

	device_initialize(&dev);
	spin_lock(&lock);
	{
		guard(mutex)(&mutex); /* HERE */
	}
	device_lock(&dev); /* HERE */
	device_unlock(&dev);
	bitmap_free(bitmap_zalloc(100, GFP_KERNEL)); /* HERE */
	percpu_down_read(&sem); /* HERE */
	percpu_up_read(&sem);
	if (percpu_counter_init(&counter, 0, GFP_KERNEL)) /* HERE */
		return -ENOMEM;
	work_on_cpu(0, on_cpu, NULL); /* HERE */
	schedule_on_each_cpu(nothing); /* HERE */
	cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "w:w", NULL, NULL); /* HERE */
	if (get_user_pages_fast((unsigned long)buffer, 1, 0, &page) == 1) /* HERE */
		put_page(page);
	simple_read_from_buffer(buffer, 4, &pos, "four", 4); /* HERE */
	spin_unlock(&lock);
	return 0;
}
module_init(wraps_init);
C
build=${KMEMU_LIB%/*}
for flags in -O0 -O2; do
	cc -g $flags -Wall -Wextra -Werror -I"$SRCDIR/../../include" -o "$TMP/hello" "$TMP/hello.c" \
		"$build/libkmemu.so" "$build/libkmemu.a" -Wl,-rpath,"$build" -pthread ||
		fail "$flags does not compile"
	expect 0 "$K" run "$TMP/hello"
	verdict findings=1
	grep -q "^kmemu: sleep-in-atomic-.* at hello_init.*hello\.c:11)" "$TMP/err" ||
		fail "$flags: $(grep '^kmemu: ' "$TMP/err")"
done
for flags in -O0 -O2; do
	cc -g $flags -Wall -Wextra -Werror -I"$SRCDIR/../../include" -o "$TMP/wraps" "$TMP/wraps.c" \
		"$build/libkmemu.a" -pthread || fail "$flags does not compile"
	expect 0 "$K" run -v "$TMP/wraps"
	verdict findings=10
	for n in $(grep -n HERE "$TMP/wraps.c" | cut -d: -f1); do
		grep -q "^kmemu: sleep-in-atomic-.* at wraps_init.*wraps\.c:$n)" "$TMP/err" ||
			fail "$flags: not at line $n: $(grep '^kmemu: ' "$TMP/err")"
	done
done
# The same of C++'s library, whose functions call each other, all inlined.
cat >"$TMP/lines.cc" <<'C'
#include <memory>
#include <vector>
int main(int argc, char **)
{
	std::vector<int> *volatile v = new std::vector<int>(100);
	std::unique_ptr<std::vector<int>> once(v), twice(v);
	once.reset();
	v = new std::vector<int>(100);
	v->~vector();
	v->~vector(); // line 10
	twice.release();
	return argc - 1;
}
C
have g++ || done_ok
g++ -g -O2 -w -fno-builtin -fno-lifetime-dse -o "$TMP/lines" "$TMP/lines.cc" || done_ok
expect 0 "$K" run "$TMP/lines"
verdict findings=1
grep -q "^kmemu: double-free-.* at main.*lines\.cc:10)" "$TMP/err" ||
	fail "lines.cc: $(grep '^kmemu: ' "$TMP/err")"
done_ok
