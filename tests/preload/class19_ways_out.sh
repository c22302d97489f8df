#!/bin/sh
# Class 19: same output and status for every way to end; with a summary it is
# printed once, and only where the process ends itself in an orderly way.
. "$SRCDIR/lib.sh"
ulimit -c 0
program=$TESTDIR/class19_ways_out
for way in return exit quick _exit abort kill exec thread running; do
	same "$program" $way
	rm -f "$TMP/log"
	timeout 20 env LD_PRELOAD="$KMEMU_LIB" KMEMU_SUMMARY=1 KMEMU_LOG="$TMP/log" \
		"$program" $way >"$TMP/out" 2>"$TMP/err"
	status=$?
	cmp -s "$TMP/out" "$TMP/out.plain" || fail "$way: other output with summary=1"
	[ $status -eq $want ] || fail "$way: status $status, not $want, with summary=1"
	cp "$TMP/log" "$TMP/log.$way" 2>/dev/null || : >"$TMP/log.$way"
done
[ -s "$TMP/log.return" ] || fail "no summary after a return from main"
for way in exit thread running; do
	[ "$(wc -l <"$TMP/log.$way")" -gt 0 ] || fail "no summary after $way"
	n=$(grep -c "$(head -n 1 "$TMP/log.$way" | sed 's/.*\] //; s/[0-9][0-9]*/[0-9]*/g')" \
		"$TMP/log.$way")
	[ "$n" -eq 1 ] || fail "$way: first line of the summary stands $n times"
done
done_ok
