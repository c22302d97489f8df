#!/bin/sh
# <linux/swait.h>: by gcc and clang, with contexts checked; who has to wait under a
# spinlock is told, who need not is not, as in the kernel.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_swait"
each_compiler tests/preload/kernel_api_swait.c quiet env KMEMU_CONTEXT=warn
cat >"$TMP/atomic.c" <<'C'
#include <linux/module.h>
#include <linux/swait.h>
static DEFINE_SPINLOCK(lock);
static DECLARE_SWAIT_QUEUE_HEAD(queue);
static bool wait;
module_param(wait, bool, 0444);
static int __init atomic_init(void)
{
	spin_lock(&lock);
	swait_event_timeout_exclusive(queue, !wait, 1);
	spin_unlock(&lock);
	return 0;
}
module_init(atomic_init);
C
${CC:-cc} -g -Wall -Iinclude "$TMP/atomic.c" -o "$TMP/atomic" "$BUILDDIR/libkmemu.a" -pthread
quiet env KMEMU_CONTEXT=warn "$TMP/atomic"
expect 0 env KMEMU_CONTEXT=warn "$TMP/atomic" wait=1
[ -s "$TMP/err" ] || fail "a wait under a spinlock was not told"
done_ok
