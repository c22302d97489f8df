#!/bin/sh
# run: timeout=120
# A fault in a case is told as the kernel tells an oops and ends that case alone, with
# what it acquired given back; in other code it is told and ends the program as before.
# What gcc and clang made is found by file and line.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
cat >"$TMP/oops.c" <<'C'
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/slab.h>

struct pair { int first, second; };
static int undone;
static int *volatile where;
static volatile int zero;
static void (*volatile nobody)(void);

static void undo(void *arg) { undone++; }
static void null(struct kunit *test)
{
	struct pair *volatile p = NULL;

	kunit_add_action(test, undo, NULL);
	KUNIT_EXPECT_EQ(test, zero, 0);
	KUNIT_EXPECT_EQ(test, p->second, 0);
}
static void wild(struct kunit *test) { where = (int *)0x123456789000, *where = 1; }
static void poison(struct kunit *test) { where = (int *)0x6b6b6b6b6b6b6b6b, *where = 1; }
static void divide(struct kunit *test) { zero = 5 / zero; }
static void trap(struct kunit *test) { __builtin_trap(); }
static void call(struct kunit *test) { nobody(); zero = 0; }
static int deep(int n)
{
	volatile char bytes[64];

	bytes[0] = (char)n;
	return n > 1 << 30 ? 0 : deep(n + 1) + bytes[0];
}
static void stack(struct kunit *test) { zero = deep(0); }
static void last(struct kunit *test) { KUNIT_EXPECT_EQ(test, undone, 1); }

static struct kunit_case cases[] = {
	KUNIT_CASE(null), KUNIT_CASE(wild), KUNIT_CASE(poison), KUNIT_CASE(divide),
	KUNIT_CASE(trap), KUNIT_CASE(call), KUNIT_CASE(stack), KUNIT_CASE(last), {}
};
static struct kunit_suite suite = { .name = "oops", .test_cases = cases };
kunit_test_suite(suite);
C
cat >"$TMP/module.c" <<'C'
#include <linux/kthread.h>
#include <linux/module.h>

static int thread, *volatile nowhere;
module_param(thread, int, 0);
static int oops(void *arg) { *nowhere = 1; return 0; }
static DECLARE_WAIT_QUEUE_HEAD(queue);
static int __init init(void)
{
	if (!thread)
		return oops(NULL);
	if (thread == 2) {
		queue.head.next = (struct list_head *)0x100;
		wake_up(&queue); /* the library, with its signals blocked */
	}
	kthread_run(oops, NULL, "oops");
	for (;;)
		;
}
module_init(init);
C
for cc in "gcc -O0" "gcc -O2" "clang -O0" "clang -O1"; do
	have "${cc%% *}" || continue
	for name in oops module; do
		$cc -g -fno-optimize-sibling-calls -Iinclude -o "$TMP/$name" "$TMP/$name.c" \
			"$BUILDDIR/libkmemu.a" -pthread || fail "$cc: does not compile"
	done
	expect 1 env KMEMU_OPTIONS=report=full "$TMP/oops"
	lines 7 "$TMP/out" '^    not ok [1-7] '
	lines 1 "$TMP/out" '^    ok 8 last$'
	lines 1 "$TMP/out" '^    # null: try faulted: last line seen .*/oops.c:1[78]$'
	lines 6 "$TMP/out" '^    # [a-z]*: try faulted$'
	lines 7 "$TMP/out" 'internal error occurred preventing test case from running: -4$'
	lines 1 "$TMP/err" '\] BUG: kernel NULL pointer dereference, address: 0000000000000004$'
	lines 1 "$TMP/err" '\] BUG: kernel NULL pointer dereference, address: 0000000000000000$'
	lines 1 "$TMP/err" '\] BUG: unable to handle page fault for address: 0000123456789000$'
	lines 1 "$TMP/err" '\] BUG: TASK stack guard page was hit at 0x'
	lines 1 "$TMP/err" '\] #PF: supervisor write access in kernel mode$'
	lines 1 "$TMP/err" '\] #PF: supervisor instruction fetch in kernel mode$'
	lines 1 "$TMP/err" '\] #PF: error_code\(0x0000\) - not-present page$'
	lines 1 "$TMP/err" '\] Oops: Oops: 0000 \[#1\] PREEMPT SMP$'
	lines 1 "$TMP/err" '\] Oops: general protection fault: 0000 \[#3\] PREEMPT SMP$'
	lines 1 "$TMP/err" '\] Oops: divide error: 0000 \[#4\] '
	lines 1 "$TMP/err" '\] Oops: invalid opcode: 0000 \[#5\] '
	lines 1 "$TMP/err" '\] Oops: stack guard page: 0000 \[#7\] '
	lines 1 "$TMP/err" '\] RIP: 0010:null\+0x[0-9a-f]*/0x[0-9a-f]* \[oops\]$'
	lines 1 "$TMP/err" '\] RIP: 0010:0x0$'
	lines 1 "$TMP/err" '\] CR2: 0000123456789000$'
	lines 2 "$TMP/err" 'kernel NULL pointer dereference.*, at (null|call)\+'
	expect 1 "$K" run "$TMP/oops"
	for place in null:18 wild:20 poison:21 divide:22 trap:23 call:24; do
		lines 1 "$TMP/err" "^kmemu: kernel-oops-.* at ${place%:*}\\+.*/oops.c:${place#*:}\\)"
	done
	lines 1 "$TMP/err" '^kmemu: verdict: findings=7$'
	expect 1 "$K" kunit "$TMP/oops"
	lines 1 "$TMP/out" '^oops +8 +1 +7 '
	for thread in 0 1; do
		expect 139 "$TMP/module" thread=$thread
		lines 1 "$TMP/err" '^kernel NULL pointer dereference, address: 0000000000000000$'
		expect 139 "$K" run "$TMP/module" thread=$thread
		lines 1 "$TMP/err" '^kmemu: kernel-oops-.* at (oops|init)\+.*/module.c:6\)'
	done
	expect 139 "$K" run "$TMP/module" thread=2
	lines 1 "$TMP/err" '^kmemu: kernel-oops-.* at init\+.*/module.c:14\)'
	lines 1 "$TMP/err" '^kmemu: verdict: findings=1$'
done
# With a handler of the program's own it is none of ours.
cat >"$TMP/own.c" <<'C'
#include <linux/module.h>
#include <signal.h>
#include <unistd.h>

static int *volatile nowhere;
static void handler(int sig) { _exit(7); }
static __attribute__((constructor)) void own(void) { signal(SIGSEGV, handler); }
static int __init init(void) { *nowhere = 1; return 0; }
module_init(init);
C
$CC -Iinclude -o "$TMP/own" "$TMP/own.c" "$BUILDDIR/libkmemu.a" -pthread || fail "own: no program"
expect 7 "$TMP/own"
lines 0 "$TMP/err" .
done_ok
