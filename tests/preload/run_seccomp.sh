#!/bin/sh
# run: x86_64
# A filter that comes by syscall(SYS_seccomp), which only the assembly sees: a
# whole report with names comes after it, and the end, in a log of its own.
. "$SRCDIR/lib.sh"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit log=$TMP/log json=$TMP/events" \
	"$TESTDIR/run_events" kills-for-open-2
[ "$(tail -n 1 "$TMP/log")" = 'kmemu: verdict: findings=1' ] || fail "$(tail -n 3 "$TMP/log")"
grep -Eq '\] +misuse\+0x[0-9a-f]+/0x[0-9a-f]+ \[run_events\]$' "$TMP/log" ||
	fail "no names: $(head -n 30 "$TMP/log")"
lines 3 "$TMP/events" '"event":"(start|finding|end)"'
done_ok
