#!/bin/sh
# lockdep_assert_held() and its kin of kernel code warn where it is not so, and there
# only, whether contexts are checked or not. A lock that is taken twice is told of though
# nothing was allocated before.
. "$SRCDIR/lib.sh"
for context in warn off; do
	expect 0 env KMEMU_CONTEXT=$context KMEMU_REPORT_DEDUP=0 "$TESTDIR/kernel_api_lockdep"
	lines "$(cat "$TMP/out")" "$TMP/err" '^WARNING at tests'
done
expect 142 env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_lockdep" recursion
lines 1 "$TMP/err" '^spin_lock: this thread holds spinlock 0x[0-9a-f]+ already'
done_ok
