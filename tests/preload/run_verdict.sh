#!/bin/sh
# A bare LD_PRELOAD with profile audit: a verdict at the end, last of all; what
# was looked at before it; the program's output and status are its own.
. "$SRCDIR/lib.sh"
ulimit -c 0
export LD_PRELOAD= KMEMU_PROFILE=audit
run() {
	timeout -k 5 50 env LD_PRELOAD="$KMEMU_LIB" "$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	status=$?
}
verdict() {
	want=$1
	shift
	run "$@"
	[ "$(tail -n 1 "$TMP/err")" = "kmemu: verdict: $want" ] ||
		fail "$want was wanted, not '$(tail -n 1 "$TMP/err")': $*"
	lines 1 "$TMP/err" '^kmemu: verdict: '
	lines 1 "$TMP/err" '^kmemu: coverage: allocations: [0-9]+; frees: [0-9]+; large blocks: [0-9]+; (handlers: [0-9]+; atomic sections: [0-9]+|contexts: off); buffers: (off|no O_DIRECT call, [0-9]+ copied); processes: [01] checked, [01] unchecked$'
}
status_is() {
	[ $status -eq "$1" ] || fail "status $status, not $1"
}
verdict clean "$TESTDIR/alloc_work"
status_is 0
lines 0 "$TMP/err" '[0-9] finding'
verdict findings=1 "$TESTDIR/invalid_free" double 64
status_is 0
lines 1 "$TMP/err" '^kmemu: double-free: 1 finding, seen [0-9]+ times?$'
verdict clean env KMEMU_INVALID_FREE=count "$TESTDIR/invalid_free" double 64
lines 1 "$TMP/err" '^kmemu: double-free: no finding, counted 1 time$'
verdict "unchecked: bad-option" env KMEMU_OPTIONS=nonsense "$TESTDIR/alloc_work"
lines 1 "$TMP/err" '0 checked, 1 unchecked$'
verdict "unchecked: not-built-option" env KMEMU_KMEMLEAK=1 "$TESTDIR/alloc_work"
# A finding is true whatever was not looked at.
verdict findings=1 env KMEMU_OPTIONS=nonsense "$TESTDIR/invalid_free" double 64
# Constructors of other libraries run before ours: what they do is looked at, too.
verdict findings=1 env LD_PRELOAD="$KMEMU_LIB $TESTDIR/plugin_ctor_bug.so" "$TESTDIR/alloc_work"
verdict "unchecked: own-malloc" "$TESTDIR/class08_own_malloc"
# Every way to end that has a verdict, and those that have none.
for way in return exit quick thread running; do
	verdict clean "$TESTDIR/class19_ways_out" $way
	cp "$TMP/out" "$TMP/out.with"
	timeout 20 "$TESTDIR/class19_ways_out" $way >"$TMP/out" 2>/dev/null </dev/null
	status_is $?
	cmp -s "$TMP/out" "$TMP/out.with" || fail "$way: other output"
done
# A report that ends the program says its end before: what was counted till then.
for word in invalid_free=panic panic_on_warn=1; do
	run env KMEMU_LOG="$TMP/$word" KMEMU_OPTIONS="$word" "$TESTDIR/invalid_free" double 64
	status_is 134
	[ "$(tail -n 1 "$TMP/$word")" = 'kmemu: verdict: findings=1' ] || fail "$word: no verdict"
	lines 1 "$TMP/$word" '^kmemu: coverage: allocations: [1-9][0-9]*; '
done
for way in _exit abort kill; do
	run "$TESTDIR/class19_ways_out" $way
	lines 0 "$TMP/err" 'verdict'
done
# Standard error closed or another file by then: not a byte of ours in it.
run sh -c 'exec 2>&-; exec "$0"' "$TESTDIR/alloc_work"
status_is 0
run env KMEMU_LOG="$TMP/log" sh -c 'exec 2>&-; exec "$0"' "$TESTDIR/alloc_work"
[ "$(tail -n 1 "$TMP/log")" = 'kmemu: verdict: clean' ] || fail "no verdict in the log"
[ ! -s "$TMP/err" ] || fail "a log, and text on standard error: $(head -n 1 "$TMP/err")"
# A fork child is a process of its own, and counts what it did itself.
verdict_lines() {
	n=$(grep -c "^kmemu: verdict: $2\$" "$TMP/err")
	[ "$n" -eq "$1" ] || fail "$n verdicts '$2', not $1: $(grep verdict "$TMP/err")"
}
run "$TESTDIR/run_events" parent-finds
status_is 0
verdict_lines 1 findings=1
verdict_lines 1 clean
run "$TESTDIR/run_events" child-finds
verdict_lines 1 findings=1
verdict_lines 1 clean
# Without a word from the user nothing is said.
unset KMEMU_PROFILE
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/alloc_work"
done_ok
