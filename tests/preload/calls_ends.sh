#!/bin/sh
# run: x86_64
# Who calls what ends the program has no code behind it: the call is made whatever the policy.
. "$SRCDIR/lib.sh"
for call in exit err errx error error_at_line; do
	expect 5 "$TESTDIR/calls_ends" $call
	cp "$TMP/err" "$TMP/plain"
	for policy in off warn fail; do
		expect 5 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=$policy" "$TESTDIR/calls_ends" $call
		grep -v 'may sleep' "$TMP/err" | cmp -s - "$TMP/plain" || fail "$call, $policy: $(cat "$TMP/err")"
		[ $policy = off ] || lines 1 "$TMP/err" "^$call\(\) may sleep, in the handler of SIGUSR1"
	done
done
done_ok
