#!/bin/sh
# Writes past objects and after free: the allocator reports or not, but lives.
. "$SRCDIR/lib.sh"
ulimit -c 0
for way in rseq guarded; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_PERCPU=$way "$TESTDIR/overflow_write"
	grep -q 'went on' "$TMP/out" || fail "did not go on ($way)"
done
done_ok
