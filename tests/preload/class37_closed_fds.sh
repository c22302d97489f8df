#!/bin/sh
# Class 37: reports never land in a file that the program opened on our, or on
# the standard descriptors' numbers.
. "$SRCDIR/lib.sh"
try() {
	rm -rf "$TMP/own"
	mkdir "$TMP/own"
	timeout 20 env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 "$@" \
		>"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
	[ $status -eq 0 ] || fail "status $status: $*: $(head -n 3 "$TMP/err")"
	[ "$(ls "$TMP/own" | wc -l)" -eq 40 ] || fail "the program did not open its files"
	for f in "$TMP/own"/*; do
		[ ! -s "$f" ] || fail "$*: ${f##*/} holds: $(head -n 2 "$f")"
	done
}
program=$TESTDIR/class37_closed_fds
try "$program" "$TMP/own"
try "$program" "$TMP/own" first
try KMEMU_LOG=stderr "$program" "$TMP/own" first
try KMEMU_LOG="$TMP/log" "$program" "$TMP/own"
lines 2 "$TMP/log" 'kfree: double free of kmalloc-'
lines 1 "$TMP/log" 'kfree: 0x[0-9a-f]* is not heap memory'
rm -f "$TMP/log"
try KMEMU_LOG="$TMP/log" "$program" "$TMP/own" first
lines 2 "$TMP/log" 'kfree: 0x[0-9a-f]* is not heap memory'
done_ok
