#!/bin/sh
# Invalid frees under each policy. warn (the default): one line that names
# what the address is; fail: one line, the call does nothing; off: silent;
# panic: one line, then abort. The heap is unharmed each time.
. "$SRCDIR/lib.sh"
ulimit -c 0
program=$TESTDIR/invalid_free
report() {
	pattern=$1
	shift
	for policy in '' warn fail; do
		expect 0 env LD_PRELOAD="$KMEMU_LIB" ${policy:+KMEMU_INVALID_FREE=$policy} \
			"$program" "$@"
		grep -q 'went on' "$TMP/out" || fail "$* ($policy): did not go on"
		[ "$(grep -Ec "$pattern" "$TMP/err")" -eq 1 ] && [ "$(wc -l <"$TMP/err")" -eq 1 ] ||
			fail "$* (${policy:-default}): not one line '$pattern': $(head -n 3 "$TMP/err")"
	done
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_INVALID_FREE=off "$program" "$@"
}
hex='0x[0-9a-f]+'
report "kfree: double free of kmalloc-64 object $hex" double 64
report "kfree: double free of kmalloc-(16|8) object $hex" double 8
report "kfree: double free of kmalloc-1k object $hex" double 1000
report "kfree: double free of kmalloc-8k object $hex" double 8000
report "kfree: .*$hex" double 100000
report "kfree: .*$hex" double 300000
report "$hex" freed 64
report "$hex" freed 100000
report "$hex" freed 300000
report "kfree: $hex is inside kmalloc-64 object $hex" inside 64
report "kfree: $hex is inside kmalloc-64 object $hex" odd 64
report "kfree: $hex is inside kmalloc-192 object $hex" end 190
report "kfree: $hex is inside kmalloc-4k object $hex" inside 4000
report "$hex is inside .*$hex" inside 60000
report "$hex is inside .*$hex" inside 400000
report "$hex is inside .*$hex" odd 400000
report "$hex is inside kmalloc-64 object $hex" inside 64 realloc
report "$hex is inside .*$hex" inside 400000 realloc
for what in stack static function wild small zero-size member noncanonical minus; do
	report "kfree: $hex is not heap memory" $what 64
done
report "$hex is not heap memory" stack 64 realloc
report "$hex is not heap memory" wild 64 realloc
report "$hex is not heap memory" zero-size 64 realloc
for what in double inside stack; do
	expect 134 env LD_PRELOAD="$KMEMU_LIB" KMEMU_INVALID_FREE=panic "$program" $what 64
	grep -q 'kfree: ' "$TMP/err" || fail "$what (panic): no line before the abort"
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_INVALID_FREE=count "$program" double 64
[ ! -s "$TMP/err" ] || fail "count printed: $(head -n 1 "$TMP/err")"
done_ok
