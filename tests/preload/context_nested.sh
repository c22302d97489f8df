#!/bin/sh
# Handlers in handlers: preempt_count keeps its bits, and what POSIX allows a handler
# it allows each of them.
. "$SRCDIR/lib.sh"
run() { # WORD OPTIONS
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn $2" \
		"$TESTDIR/context_nested" "$1"
}
run soft ''
lines 3 "$TMP/out" soft
lines 0 "$TMP/err" .
run soft 'context.calls=rt report.dedup=0'
lines 3 "$TMP/err" '^write\(\) may sleep, in the handler of SIG(ALRM|VTALRM|PROF) \(softirq\)'

# Four bits, and NMI's behind them.
run hard report=full
lines 20 "$TMP/out" hard
lines 1 "$TMP/err" 'BUG: sleeping function called'
lines 1 "$TMP/err" 'preempt_count: f0000, expected: 0'

# More than there are stubs: said, whether they are still there at the end or not.
run many verdict=1
lines 1 "$TMP/err" 'verdict: unchecked: signal-handler'

# A signal that context.hardirq names is one, though context.softirq has it by default.
run soft 'context.calls=rt report.dedup=0 context.hardirq=ALRM'
lines 3 "$TMP/err" '^write\(\) may sleep, in the handler of SIGALRM \(hardirq\)'
run soft 'context.calls=rt report.dedup=0 context.hardirq=ALRM,SIGPROF context.ignore=SIGALRM'
lines 2 "$TMP/err" '^write\(\) may sleep, in the handler of SIG(PROF|VTALRM) \((hard|soft)irq\)'
lines 2 "$TMP/err" .
done_ok
