#!/bin/sh
# An invalid free at awkward places: one line (each call site is said once),
# on standard error and in a log, and the program goes on.
. "$SRCDIR/lib.sh"
program=$TESTDIR/invalid_free_places
for place in thread destructor stack handler atexit fork vfork constructor; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" "$program" $place
	grep -q 'went on' "$TMP/out" || fail "$place: did not go on"
	lines 1 "$TMP/err" 'kfree: 0x[0-9a-f]+ is not heap memory'
	lines 1 "$TMP/err" '.'
	rm -f "$TMP/log"
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_LOG="$TMP/log" "$program" $place
	lines 1 "$TMP/log" 'kfree: 0x[0-9a-f]+ is not heap memory'
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_INVALID_FREE=off "$program" $place
done
done_ok
