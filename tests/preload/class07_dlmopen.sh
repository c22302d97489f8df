#!/bin/sh
# Class 7: a second namespace works beside ours; a block of its libc that comes
# to our free is not of the base namespace: reported once, dropped, no crash.
. "$SRCDIR/lib.sh"
program=$TESTDIR/class07_dlmopen
quiet "$program"
quiet env LD_PRELOAD="$KMEMU_LIB" "$program"
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$program" cross
lines 1 "$TMP/err" '^.*kfree: 0x[0-9a-f]+ is not heap memory'
lines 1 "$TMP/err" '.'
done_ok
