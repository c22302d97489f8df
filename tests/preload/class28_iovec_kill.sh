#!/bin/sh
# Class 28: a filter that kills for process_vm_readv, as browsers' sandboxes have it.
. "$SRCDIR/lib.sh"
program=$TESTDIR/class28_iovec_kill
for options in profile=plain profile=audit usercopy=warn contig=warn; do
	for how in quiet reports clone; do
		expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options log=$TMP/log" "$program" $how
	done
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit log=$TMP/told" "$program" finding
[ "$(tail -n 1 "$TMP/told")" = 'kmemu: verdict: findings=1' ] || fail "$(tail -n 3 "$TMP/told")"
done_ok
