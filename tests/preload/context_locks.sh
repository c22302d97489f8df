#!/bin/sh
# Locks over the ends of threads: as many findings as the program left, whatever
# the way; none when it left none; no finding for mutexes used rightly; and the
# memory of threads that ended is used again.
. "$SRCDIR/lib.sh"
program=$TESTDIR/context_locks
export KMEMU_CONTEXT=warn KMEMU_REPORT_DEDUP=0
on="env LD_PRELOAD=$KMEMU_LIB"
# What pthread_exit allocates meanwhile is another matter.
expect 0 $on KMEMU_CONTEXT_SLEEP=off KMEMU_CONTEXT_BLOCKING=off "$program" left keep
lines "$(cat "$TMP/out")" "$TMP/err" 'a thread ends with spinlock 0x[0-9a-f]* held'
lines "$(cat "$TMP/out")" "$TMP/err" .
for locks in spin spin+mutex spin+mutex+rwlock; do
	quiet $on KMEMU_CONTEXT_LOCKS=$locks "$program" left
	quiet $on KMEMU_CONTEXT_LOCKS=$locks "$program" mutexes
done
quiet "$program" mutexes
quiet $on "$program" many 10000
[ "$(cat "$TMP/out")" -lt 64 ] || fail "$(cat "$TMP/out") pages more after many threads"
done_ok
