#!/bin/sh
# oom=fail: NULL and ENOMEM; oom=kill: the OOM killer's text, then SIGKILL.
. "$SRCDIR/lib.sh"
for size in 64 8192 131073; do
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_MEM=64M "$TESTDIR/oom_policy" $size
	env LD_PRELOAD="$KMEMU_LIB" KMEMU_MEM=64M KMEMU_OOM=kill \
		"$TESTDIR/oom_policy" $size >"$TMP/out" 2>"$TMP/err"
	status=$?
	[ $status -eq 137 ] || fail "oom=kill, $size bytes: status $status, not 137"
	grep -q 'invoked oom-killer: gfp_mask=0x' "$TMP/err" || fail "no first line: $(cat "$TMP/err")"
	grep -q 'Out of memory: Killed process' "$TMP/err" || fail "no last line: $(cat "$TMP/err")"
done
done_ok
