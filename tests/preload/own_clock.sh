#!/bin/sh
# The clock of a program that has one of its own: nobody but the program asks it.
. "$SRCDIR/lib.sh"
for options in '' profile=audit 'profile=strict context.locks=spin+mutex purge_ms=0'; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options" "$TESTDIR/own_clock"
	grep -q 'went on' "$TMP/out" || fail "$options: it did not go on"
	lines 1 "$TMP/err" 'kfree: 0x0*1000 is not heap memory'
done
done_ok
