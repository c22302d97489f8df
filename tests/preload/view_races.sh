#!/bin/sh
# Looking at a process while four of its threads allocate: 10^5 reads in all, by
# `kmemu top` refreshing and by kmemu show, without a crash or a wrong line.
# run: timeout=120
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
. "$SRCDIR/view.inc"

target_start "" "$TESTDIR/view_show" "$TMP" threads
i=0 lost=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	for v in $VIEWS; do
		"$KMEMU" show $v --pid "$PID" >"$TMP/$v" 2>"$TMP/err"
		status=$?
		if [ $status -eq 1 ] && grep -q 'changes faster' "$TMP/err"; then
			lost=$((lost + 1))
		elif [ $status -ne 0 ]; then
			fail "show $v: status $status: $(head -n 3 "$TMP/err")"
			break 2
		fi
	done
	awk 'NR > 2 && ($2 > $3 || NF != 16) { print; exit 1 }' "$TMP/slabinfo" >"$TMP/bad" ||
		fail "slabinfo: $(cat "$TMP/bad")"
	[ "$(wc -l <"$TMP/buddyinfo")" -eq 3 ] || fail "buddyinfo: $(cat "$TMP/buddyinfo")"
	grep -Evq '^0x[0-9a-f]{16}-0x[0-9a-f]{16} [ 0-9]{7} (pages=[0-9]+ vmalloc N0=[0-9]+|unpurged vm_area)$' \
		"$TMP/vmallocinfo" && fail "vmallocinfo: $(head -n 3 "$TMP/vmallocinfo")"
done
[ $lost -lt 60 ] || fail "$lost of 360 views could not be had"
kill -0 "$PID" || fail "the process died"
target_end
done_ok
