#!/bin/sh
# large= at every entry point: off, count, vmalloc serve in silence; warn serves
# and reports once per call site; fail answers NULL and ENOMEM; panic aborts.
. "$SRCDIR/lib.sh"
ulimit -c 0
program=$TESTDIR/large_policy
for policy in '' off count vmalloc; do
	quiet env LD_PRELOAD="$KMEMU_LIB" ${policy:+KMEMU_LARGE=$policy} "$program"
	lines 50 "$TMP/out" 'served$'
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LARGE=warn "$program"
lines 50 "$TMP/out" 'served$'
n=$(wc -l <"$TMP/err")
[ "$n" -ge 9 ] && [ "$n" -le 11 ] || fail "$n lines for 10 call sites: $(head -n 3 "$TMP/err")"
# pvalloc asks for whole pages: 135168 bytes.
others=$(grep -v '131073\|135168' "$TMP/err" | head -n 3)
[ -z "$others" ] || fail "a report without the size: $others"
for entry in 0 1 2 3 4 5 6 7 8 9; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LARGE=warn "$program" $entry
	[ "$(wc -l <"$TMP/err")" -eq 1 ] || fail "warn, entry $entry: $(head -n 3 "$TMP/err")"
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LARGE=fail "$program" $entry
	lines 5 "$TMP/out" 'refused$'
	expect 134 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LARGE=panic "$program" $entry
	[ ! -s "$TMP/out" ] || fail "panic, entry $entry: served: $(head -n 1 "$TMP/out")"
	grep -q '131073\|135168' "$TMP/err" || fail "panic, entry $entry: no line before the abort"
	# What is refused does not sleep, as in the kernel: one finding where vmalloc would be one.
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LARGE=fail \
		KMEMU_OPTIONS='context=warn context.sleep=off' "$program" $entry handler
	lines 1 "$TMP/err" '^kmalloc: .* above the cap of 131072; refused$'
	lines 1 "$TMP/err" .
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS='context=warn context.sleep=off' \
		"$program" $entry handler
	lines 1 "$TMP/err" '^vmalloc\([0-9]*\) may sleep, in the handler of SIGUSR1'
	lines 1 "$TMP/err" .
done
# Suppressed, it is served, and asked about.
printf 'large:*\n' >"$TMP/suppress"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LARGE=fail KMEMU_SUPPRESS="$TMP/suppress" \
	KMEMU_CONTEXT=warn "$program" 0 handler
lines 1 "$TMP/err" '^vmalloc\([0-9]*\) may sleep, in the handler of SIGUSR1'
lines 1 "$TMP/err" .
# An area that realloc makes small is freed, by vmalloc's means; under fail it stays.
for options in 'context=warn context.sleep=off' 'context=warn gfp=auto' context=fail; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options" "$program" 10 handler
	lines 1 "$TMP/err" '^vfree\(0x[0-9a-f]*\) may sleep, in the handler of SIGUSR1'
	lines 1 "$TMP/err" .
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS='context=warn context.vfree=defer' \
	"$program" 10 handler
lines 1 "$TMP/err" '^kmalloc\(100, GFP_KERNEL\) may sleep, in the handler of SIGUSR1'
lines 1 "$TMP/err" .
done_ok
