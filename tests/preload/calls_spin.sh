#!/bin/sh
# Libc calls under a spinlock: what may sleep is a finding, try-locks, unlocks,
# wake-ups and other spinlocks are none.
. "$SRCDIR/lib.sh"

run() { # WORD CALLS
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn context.calls=$2" \
		"$TESTDIR/calls_spin" "$1"
}

found() { # WORD CALLS
	run "$1" "$2"
	lines 1 "$TMP/err" "^$1\(\) may sleep, with spinlock 0x[0-9a-f]+ held: it "
}

silent() { # WORD CALLS
	run "$1" "$2"
	lines 0 "$TMP/err" "."
}

found read kernel
lines 2 "$TMP/err" . # write() too
found fork kernel
found nanosleep kernel
found sem_wait kernel
found pthread_cond_timedwait kernel
for word in trylock spin wake sched_getaffinity; do
	silent $word kernel
done
run sched_getaffinity rt
lines 1 "$TMP/err" '^sched_getaffinity\(\) may take long, with spinlock 0x[0-9a-f]+ held: it enters the kernel'
run wake rt
lines 1 "$TMP/err" 'pthread_cond_signal\(\) may take long, '
quiet "$TESTDIR/calls_spin" read
done_ok
