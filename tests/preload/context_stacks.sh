#!/bin/sh
# What is raised on a stack of the program's own making is believed nowhere, and said so;
# what a handler takes on the alternate stack is believed in a coroutine, too.
. "$SRCDIR/lib.sh"
preload() { # options, argument
	expect 0 env LD_PRELOAD="$KMEMU_LIB" \
		KMEMU_OPTIONS="context=warn report.dedup=0 report=line verdict=1 $1" \
		"$TESTDIR/context_stacks" ${2:-}
}
for options in '' context.ignore=all; do
	preload "$options"
	lines 2 "$TMP/err" 'kmalloc(.*) may sleep, '
	lines 0 "$TMP/err" unknown-stack
done
lines 2 "$TMP/err" 'may sleep, with spinlock 0x[0-9a-f]* held'
[ "$(uname -m)" = x86_64 ] || done_ok
preload '' by-hand
lines 0 "$TMP/err" 'may sleep'
lines 1 "$TMP/err" 'unchecked: unknown-stack'
done_ok
