#!/bin/sh
# summary=1 prints at exit what the run used, to the log and nowhere else;
# without it not a byte.
. "$SRCDIR/lib.sh"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 KMEMU_LOG="$TMP/log" "$TESTDIR/alloc_work"
[ ! -s "$TMP/err" ] || fail "text on standard error: $(head -n 2 "$TMP/err")"
lines 1 "$TMP/out" '.'
for word in kmalloc-64 kmalloc-1k vmalloc DMA32; do
	grep -q "$word" "$TMP/log" || fail "no $word in the summary"
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 "$TESTDIR/alloc_work"
grep -q kmalloc-64 "$TMP/err" || fail "no summary on standard error"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/alloc_work"
done_ok
