#!/bin/bash
# Contexts under torture: as many findings as the program knows, of each kind
# and place. With restartable sequences, and in the guarded way. In the plain-C
# build less is known (docs/limits.md), which the program then expects. With and
# without mutexes and rwlocks counted as spinlocks.
# run: timeout=600
. "$(dirname "$0")/lib.sh"
share 3

exe=$(program context) || { echo "$exe"; exit 1; }
weak=0
[ "${BUILDDIR%generic}" = "$BUILDDIR" ] || weak=1

torture() {
	local status options="context=warn report.dedup=0 $1"

	rm -f "$T/log"
	env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options" KMEMU_LOG="$T/log" \
		CONTEXT_LOG="$T/log" CONTEXT_WEAK=$weak CONTEXT_MUTEX=${2:-0} \
		timeout -k 5 $((SECONDS_ALL * 3 + 60)) "$exe" 2>"$T/err"
	status=$?
	[ ! -s "$T/err" ] || head -n 20 "$T/err"
	[ $status = 0 ] || fail "status $status with '$options'"
	[ ! -s "$T/err" ] || fail "standard error is not empty with '$options'"
}
torture ""
torture percpu=guarded
torture context.locks=spin+mutex+rwlock 1
