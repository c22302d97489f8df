#!/bin/sh
# Memory is freed with a lock in it: held by the thread that frees, a finding.
. "$SRCDIR/lib.sh"
run() { # SIZE HOW, OPTIONS
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn context.sleep=off context.vmalloc=off $3" \
		"$TESTDIR/context_freed" "$1" "$2"
}
found() {
	run "$1" "$2" ""
	lines 1 "$TMP/err" "^$3: spinlock 0x[0-9a-f]+ is held by thread [0-9]+, taken at "
	lines 1 "$TMP/err" '^a thread ends with spinlock'
	lines 1 "$TMP/err" "^do_exit\(\) may sleep, with spinlock"
	lines 3 "$TMP/err" .
}
for size in 32 64 9000 40000 400000; do
	run $size held ""
	lines 1 "$TMP/err" '^kfree: spinlock 0x[0-9a-f]+ is held by thread [0-9]+, taken at '
	lines 1 "$TMP/err" . # the next owner of the memory sets the lock up, rightly
	run $size free ""
	lines 0 "$TMP/err" .
done
found 64 moved krealloc
run other held ""
lines 0 "$TMP/err" .
run 64 held context.balance=off
lines 0 "$TMP/err" .
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/context_freed" 64 held
done_ok
