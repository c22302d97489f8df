#!/bin/sh
# A log that cannot be written never hurts the program: standard error is a
# pipe that nobody reads, a full device, a file beyond RLIMIT_FSIZE; the path is
# a directory, a FIFO without a reader, a device.
. "$SRCDIR/lib.sh"
program=$TESTDIR/invalid_free
goes_on() {
	what=$1
	shift
	timeout -k 5 10 env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 "$@" "$program" double 64 \
		>"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
	[ $status -eq 0 ] && grep -q 'went on' "$TMP/out" || fail "$what: status $status"
}
mkfifo "$TMP/fifo"
mkdir "$TMP/dir"
goes_on 'a directory' KMEMU_LOG="$TMP/dir"
goes_on 'a FIFO without a reader' KMEMU_LOG="$TMP/fifo"
goes_on '/dev/full' KMEMU_LOG=/dev/full
goes_on '/dev/null' KMEMU_LOG=/dev/null
{
	sleep 0.3
	env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 "$program" double 64 >"$TMP/out"
	echo $? >"$TMP/status"
} 2>&1 </dev/null | true
[ "$(cat "$TMP/status")" = 0 ] || fail "a pipe without a reader: status $(cat "$TMP/status")"
env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 "$program" double 64 >"$TMP/out" 2>/dev/full ||
	fail "standard error is full: status $?"
env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 "$program" double 64 >"$TMP/out" 2>&- ||
	fail "standard error is closed: status $?"
sh -c 'ulimit -f 0; exec env LD_PRELOAD="$1" KMEMU_LOG="$2" "$3" double 64' \
	sh "$KMEMU_LIB" "$TMP/log" "$program" | grep -q 'went on' ||
	fail "RLIMIT_FSIZE: the program did not go on"
done_ok
