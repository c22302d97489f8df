#!/bin/bash
# Each system call that the library makes fails once, in a run of its own
# (KMEMU_OS_FAIL=N): the small program must live, and lose no memory. It makes
# about 500. In a long run each of them fails; in a short one the first 80, in
# which the library starts, and each seventh of the others. OSFAIL_ONLY="N..."
# chooses single ones.
# run: timeout=600
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

if [ -n "$OSFAIL_ONLY" ]; then
	numbers=$OSFAIL_ONLY
elif [ "$SECONDS_ALL" -gt 15 ]; then
	numbers=$(seq 520)
else
	numbers="$(seq 80) $(seq 87 7 520)"
fi
for n in $numbers; do
	one "$n"
done
for n in $numbers; do
	[ $((n % 4)) != 0 ] || one "$n" GLIBC_TUNABLES=glibc.pthread.rseq=0
done
echo "$felt runs got a NULL more than a run without failure, $bad bad"
[ $bad = 0 ] || fail "$bad runs are bad"
# Nothing felt and nothing bad may mean that the hook does nothing. One call in a
# hundred is felt, and which one depends on the threads: a short run may miss it.
[ $felt != 0 ] || [ -n "$OSFAIL_ONLY" ] || [ "$SECONDS_ALL" -le 15 ] || fail "no run noticed a failing call: does KMEMU_OS_FAIL work?"
