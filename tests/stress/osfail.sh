#!/bin/bash
# Each system call that the library makes fails once, in a run of its own
# (KMEMU_OS_FAIL=N): the small program must live, and lose no memory.
# OSFAIL_FROM and OSFAIL_TO choose the range.
. "$(dirname "$0")/lib.sh"

exe=$(program osfail) || { echo "$exe"; exit 1; }

run() {
	env LD_PRELOAD="$KMEMU_LIB" "$@" timeout -k 5 30 "$exe" >"$T/out" 2>"$T/err"
}

run KMEMU_MEM=64M || fail "status $? without a failing call: $(head -n 3 "$T/err")"
read -r blocks usual <"$T/out"
[ "$blocks" -gt 500 ] || fail "only $blocks blocks of 64 KiB in mem=64M"
[ "$blocks" -lt 1025 ] || fail "$blocks blocks of 64 KiB in mem=64M: the limit is not kept"

bad=0
felt=0
one() {
	local why= status=0 now nulls

	run KMEMU_MEM=64M KMEMU_OS_FAIL="$1" "${@:2}" || status=$?
	read -r now nulls <"$T/out"
	if [ $status != 0 ]; then
		why="status $status"
	elif [ -s "$T/err" ]; then
		why="standard error not empty"
	elif [ "$now" -lt $((blocks * 9 / 10)) ]; then
		why="memory lost: $now blocks of 64 KiB at the end, $blocks without a failure"
	fi
	[ "${nulls:-$usual}" = "$usual" ] || felt=$((felt + 1))
	[ -n "$why" ] || return 0
	bad=$((bad + 1))
	[ $bad -gt 10 ] || echo "KMEMU_OS_FAIL=$* KMEMU_MEM=64M: $why: $(head -n 2 "$T/err")"
}

for n in $(seq "${OSFAIL_FROM:-1}" "${OSFAIL_TO:-200}"); do
	one "$n"
done
for n in $(seq "${OSFAIL_FROM:-1}" "${OSFAIL_TO:-60}"); do
	one "$n" GLIBC_TUNABLES=glibc.pthread.rseq=0
done
echo "$felt runs got a NULL more than a run without failure, $bad bad"
[ $bad = 0 ] || fail "$bad runs are bad"
# Nothing felt and nothing bad may mean that the hook does nothing.
[ $felt != 0 ] || fail "no run noticed a failing call: does KMEMU_OS_FAIL work?"
