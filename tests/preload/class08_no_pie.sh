#!/bin/sh
# Class 8: a program with malloc's address in itself is served, and said to be.
. "$SRCDIR/lib.sh"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 KMEMU_LOG="$TMP/log" "$TESTDIR/class08_no_pie"
lines 1 "$TMP/log" '^kmemu: summary'
lines 0 "$TMP/log" 'not active'
done_ok
