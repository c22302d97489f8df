#!/bin/sh
# A place of swapcontext's is gone back to again and again: the program goes on as
# without the library, and a finding is where the lock is held, nowhere else.
. "$SRCDIR/lib.sh"
program=$TESTDIR/context_again
[ "${BUILDDIR%generic}" = "$BUILDDIR" ] || done_ok # docs/limits.md
"$program" >/dev/null || fail "it does not do by itself"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn report.dedup=0" "$program"
lines "$(cat "$TMP/out")" "$TMP/err" 'may sleep, with spinlock 0x[0-9a-f]* held'
[ "$(wc -l <"$TMP/err")" = "$(cat "$TMP/out")" ] || fail "it said more"
done_ok
