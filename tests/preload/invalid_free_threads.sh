#!/bin/sh
# Double frees from four threads: one line for the call site, nothing else on
# standard error, and the program goes on; at one moment: it goes on.
. "$SRCDIR/lib.sh"
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/invalid_free_threads"
grep -q 'went on' "$TMP/out" || fail "did not go on"
lines 1 "$TMP/err" 'kfree: double free of kmalloc-64 object 0x[0-9a-f]+'
lines 1 "$TMP/err" '.'
for policy in warn off; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_INVALID_FREE=$policy \
		"$TESTDIR/invalid_free_threads" race
	grep -q 'went on' "$TMP/out" || fail "did not go on (race, $policy)"
done
done_ok
