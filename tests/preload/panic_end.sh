#!/bin/sh
# A process that policy panic ends says its end before: in a handler on a small stack,
# too; not a vfork child for its parent; who survives has one of all.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
ulimit -c 0
run() { # STATUS WORD
	expect $1 "$K" run -o 'invalid_free=panic context=off leak=count' "$TESTDIR/panic_end" $2
	lines 1 "$TMP/err" "kmemu: coverage: allocations: $3; "
	lines 1 "$TMP/err" 'kmemu: verdict: findings=1$'
	rm -f "$TMP/log"
	expect $1 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LOG="$TMP/log" \
		KMEMU_OPTIONS='profile=audit invalid_free=panic context=off' "$TESTDIR/panic_end" $2
	[ "$(tail -n 1 "$TMP/log")" = 'kmemu: verdict: findings=1' ] || fail "$2: $(tail -n 1 "$TMP/log")"
	tail -n 2 "$TMP/log" | grep -q "allocations: $3; " || fail "$2: $(tail -n 2 "$TMP/log")"
}
run 134 small 11
run 0 vfork 11
run 0 survive 111
done_ok
