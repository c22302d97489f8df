#!/bin/sh
# Policy `fail` of libc calls: each answers as its row in calls.def says.
. "$SRCDIR/lib.sh"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context.blocking=fail" "$TESTDIR/calls_fail" x
lines 10 "$TMP/err" '^[a-z_]+\(\) may sleep, in the handler of SIGUSR1'
lines 10 "$TMP/err" .
lines 1 "$TMP/out" .
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/calls_fail"
quiet "$TESTDIR/calls_fail"
done_ok
