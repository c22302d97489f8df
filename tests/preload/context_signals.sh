#!/bin/sh
# A program sees its own handlers, with its flags and masks, whatever way it
# installs them by: it prints the same with contexts looked at and without.
. "$SRCDIR/lib.sh"
KMEMU_CONTEXT=warn KMEMU_CONTEXT_BLOCKING=off KMEMU_CONTEXT_SLEEP=off
export KMEMU_CONTEXT KMEMU_CONTEXT_BLOCKING KMEMU_CONTEXT_SLEEP
same "$TESTDIR/context_signals"
[ "$(wc -l <"$TMP/out")" -gt 60 ] || fail "it printed little: $(cat "$TMP/out")"
done_ok
