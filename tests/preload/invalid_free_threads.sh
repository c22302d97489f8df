#!/bin/sh
# A race of double frees: nothing but kfree's lines on standard error, and the
# program goes on.
. "$SRCDIR/lib.sh"
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/invalid_free_threads"
grep -q 'went on' "$TMP/out" || fail "did not go on"
[ -s "$TMP/err" ] || fail "no double free was found"
others=$(grep -v "kfree: " "$TMP/err" | head -n 3)
[ -z "$others" ] || fail "other text: $others"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_INVALID_FREE=off "$TESTDIR/invalid_free_threads"
done_ok
