#!/bin/sh
# Names that few files use: by gcc and clang, with contexts checked and nothing left over.
. "$SRCDIR/lib.sh"
said() {
	expect 0 env KMEMU_CONTEXT=warn KMEMU_CONTEXT_LOCKORDER=warn KMEMU_LEAK=count "$@"
	lines 0 "$TMP/err" 'BUG|WARNING|not said'
	lines 1 "$TMP/err" '\] its level$'
	lines 1 "$TMP/err" '\] CPU: [0-9]+ UID: [0-9]+ PID: [0-9]+ Comm: .* #1$'
	lines 1 "$TMP/err" '\] Hardware name: a board of 2$'
	lines 1 "$TMP/err" '\] Workqueue: events says$'
	lines 1 "$TMP/err" '\] %s\|$'
}
said "$TESTDIR/kernel_api_seldom"
said "$TESTDIR/kernel_api_seldom" one two=3 four
each_compiler tests/preload/kernel_api_seldom.c said
done_ok
