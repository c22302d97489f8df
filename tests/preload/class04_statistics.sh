#!/bin/sh
# Class 4: malloc_stats writes to standard error, the rest is silent.
. "$SRCDIR/lib.sh"
program=$TESTDIR/class04_statistics
quiet env LD_PRELOAD="$KMEMU_LIB" "$program"
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$program" stats
[ -s "$TMP/err" ] || fail "malloc_stats printed nothing"
[ ! -s "$TMP/out" ] || fail "malloc_stats printed to standard output"
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$program" cancelled
grep -q '^max mmap bytes' "$TMP/err" || fail "malloc_stats was cancelled half way"
done_ok
