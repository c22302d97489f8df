#!/bin/sh
# Handlers left by siglongjmp, exceptions, swapcontext, pthread_exit, a builtin
# jump and vfork children: as many findings as the program knows, no other.
. "$SRCDIR/lib.sh"
left() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn report.dedup=0" \
		"$TESTDIR/$1"
	is=$(grep -c 'kmalloc(.*) may sleep, in the handler of SIGUSR' "$TMP/err")
	[ "$is" = "$(cat "$TMP/out")" ] || fail "$1: $is findings, not $(cat "$TMP/out")"
	[ "$is" -gt 0 ] || fail "$1: nothing was found"
	grep -v 'may sleep, in the handler' "$TMP/err" && fail "$1: said more"
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn context.ignore=all" \
		"$TESTDIR/$1"
	quiet "$TESTDIR/$1"
}
left context_left
left context_thrown
done_ok
