#!/bin/sh
# kmemu show --core: a core file, of the kernel or of gcore, says what the process
# said; one that is cut off is told so.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
. "$SRCDIR/view.inc"
tried=

if [ "$(cat /proc/sys/kernel/core_pattern 2>/dev/null)" = core ] && ulimit -c unlimited 2>/dev/null; then
	tried=1
	sh -c 'cd "$0" && LD_PRELOAD="$1" "$2" "$0" abort; exit 0' \
		"$TMP" "$KMEMU_LIB" "$TESTDIR/view_show" </dev/null 2>/dev/null
	core=$(ls "$TMP"/core*) || fail "no core file"
	same_views --core "$core"
	"$KMEMU" top --core "$core" >"$TMP/out" 2>&1 || fail "top --core: $(cat "$TMP/out")"
	lines 1 "$TMP/out" " kmalloc-8k"
	for bytes in 10 64 4096 100000; do
		head -c $bytes "$core" >"$TMP/cut"
		says 1 "." "$KMEMU" show slabinfo --core "$TMP/cut"
	done
	rm -f "$core"
fi
if have gcore; then
	target_start "" "$TESTDIR/view_show" "$TMP"
	if gcore -o "$TMP/gcore" "$PID" >"$TMP/out" 2>&1; then
		tried=1
		same_views --core "$TMP/gcore.$PID"
	fi
	target_end
fi
[ -n "$tried" ] || skip "no core file can be made here"
done_ok
