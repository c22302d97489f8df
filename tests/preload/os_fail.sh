#!/bin/sh
# Every system call of core/os is made to fail in turn, also with little
# emulated memory (the first 40 calls, 200 in the long run): the program gets
# NULL and ENOMEM, or nothing is noticed.
# run: timeout=180
. "$SRCDIR/lib.sh"
ulimit -c 0
most=40
[ "${KMEMU_STRESS_SECONDS:-15}" -lt 60 ] || most=200
for mem in 0 64M; do
	n=1
	while [ $n -le $most ]; do
		timeout 20 env LD_PRELOAD="$KMEMU_LIB" KMEMU_MEM=$mem KMEMU_OS_FAIL=$n \
			"$TESTDIR/os_fail" >"$TMP/out" 2>"$TMP/err" </dev/null
		status=$?
		[ $status -eq 0 ] ||
			fail "mem=$mem os.fail=$n: status $status: $(head -n 2 "$TMP/err")"
		n=$((n + 1))
	done
done
done_ok
