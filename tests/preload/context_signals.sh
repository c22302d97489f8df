#!/bin/sh
# A program sees its own handlers, with its flags and masks, whatever way it
# installs them by: it prints the same with contexts looked at and without.
. "$SRCDIR/lib.sh"
KMEMU_CONTEXT=warn KMEMU_CONTEXT_BLOCKING=off KMEMU_CONTEXT_SLEEP=off
export KMEMU_CONTEXT KMEMU_CONTEXT_BLOCKING KMEMU_CONTEXT_SLEEP
same "$TESTDIR/context_signals"
[ "$(wc -l <"$TMP/out")" -gt 60 ] || fail "it printed little: $(cat "$TMP/out")"
unset KMEMU_CONTEXT_BLOCKING KMEMU_CONTEXT_SLEEP

# A timer's signal is a softirq, the same one sent is not.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_REPORT_DEDUP=0 "$TESTDIR/context_signals" timer
lines 1 "$TMP/err" 'may sleep, in the handler of SIGRTMIN\+2 \(softirq\)'
lines 1 "$TMP/err" 'may sleep, in the handler of SIGRTMIN\+2 \(hardirq\)'

# What is installed past libc is not looked at, and that is said.
raw() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="verdict=1 $1" \
		"$TESTDIR/context_signals" raw "$2"
	lines 1 "$TMP/err" "^kmemu: verdict: $3"
}
raw '' 10 'unchecked: signal-handler'
raw '' 37 'unchecked: signal-handler'
raw context.ignore=USR1 10 clean
raw context.ignore=USR1 12 'unchecked: signal-handler'
done_ok
