#!/bin/sh
# Mistakes with objects, works and bottom halves: 6.12's warnings, at the caller's line.
. "$SRCDIR/lib.sh"
exe=$TESTDIR/kernel_api_objects
n=0
while read -r function text; do
	KMEMU_PROFILE=audit "$exe" $n >/dev/null 2>"$TMP/err" || fail "$function: status $?"
	grep -q "$text" "$TMP/err" || fail "$function: no '$text' in: $(cat "$TMP/err")"
	[ "$function" = no_region ] || grep -Eq "kernel-warning-[0-9a-f]+: .* at $function\+" "$TMP/err" ||
		fail "$function: not at its place: $(cat "$TMP/err")"
	n=$((n + 1))
done <<'END'
no_init_put is not initialized, yet kobject_put() is being called
no_init_get is not initialized, yet kobject_get() is being called
init_twice tried to init an initialized object
put_twice refcount_t: underflow; use-after-free
get_dead refcount_t: addition on 0; use-after-free
work_no_init WARNING at kernel/workqueue.c:2360
bh_irqs_off WARNING at kernel/softirq.c:387
no_region resource: Trying to free nonexistent resource <0x0000000012345000-0x0000000012345fff>
END
[ $n -eq 8 ] || fail "$n mistakes"
expect 0 env KMEMU_PROFILE=audit "$exe" 8
lines 1 "$TMP/err" "verdict: clean"
done_ok
