#!/bin/sh
# SPDX-License-Identifier: MIT
# What the line of coverage says was judged is what was called, exactly: two runs
# that differ by a known number of calls differ by it in the line, whichever way
# the per-CPU slots are entered.
. "${SRCDIR:?}/lib.sh"

counts() { # options rounds: allocations frees large
	LD_PRELOAD=$KMEMU_LIB KMEMU_OPTIONS="verdict=1 log=$TMP/log $1" "$TESTDIR/coverage" "$2" ||
		fail "status $? with $1"
	sed -n 's/.*allocations: \([0-9]*\); frees: \([0-9]*\); large blocks: \([0-9]*\).*/\1 \2 \3/p' \
		"$TMP/log"
	rm -f "$TMP/log"
}

for options in "" percpu=guarded kmalloc_max=1M summary=1; do
	# shellcheck disable=SC2046
	set -- $(counts "$options" 100) $(counts "$options" 350)
	[ $# -eq 6 ] || fail "no line of coverage with '$options'"
	[ $(($4 - $1)) -eq 6000 ] || fail "$options: $(($4 - $1)) allocations, not 6000"
	[ $(($5 - $2)) -eq 6000 ] || fail "$options: $(($5 - $2)) frees, not 6000"
	large=2000
	[ "$options" = kmalloc_max=1M ] && large=0
	[ $(($6 - $3)) -eq $large ] || fail "$options: $(($6 - $3)) large blocks, not $large"
done

# Contexts are looked at when any part of them is.
for options in context=off context=warn context.reentry=warn 'context.balance=count context=off'; do
	LD_PRELOAD=$KMEMU_LIB KMEMU_OPTIONS="verdict=1 log=$TMP/log $options" "$TESTDIR/coverage" 1
	case $options in
	context=off) lines 1 "$TMP/log" '; contexts: off; ' ;;
	*) lines 1 "$TMP/log" '; handlers: 0; atomic sections: 0; ' ;;
	esac
	rm -f "$TMP/log"
done
exit $failed
