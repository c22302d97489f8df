#!/bin/sh
# Wrong words and values: each is named once on standard error, with what was
# expected and the nearest name, and the program runs.
. "$SRCDIR/lib.sh"
bad() {
	pattern=$1
	shift
	expect 0 env LD_PRELOAD="$KMEMU_LIB" "$@" "$TESTDIR/alloc_work"
	grep -q 'work done' "$TMP/out" || fail "$*: the program did not run"
	lines 1 "$TMP/err" "$pattern"
	[ "$(wc -l <"$TMP/err")" -eq 1 ] || fail "$*: more than one line: $(head -n 3 "$TMP/err")"
}
bad "unknown option 'kmaloc_max.*did you mean 'kmalloc_max'" KMEMU_OPTIONS=kmaloc_max=64K
bad 'KMEMU_KMALOC_MAX.*did you mean KMEMU_KMALLOC_MAX' KMEMU_KMALOC_MAX=64K
bad "unknown option 'zzzzzzzz" KMEMU_OPTIONS=zzzzzzzz=1
bad 'kmalloc_max.*100K.*power of two|KMALLOC_MAX.*100K.*power of two' KMEMU_KMALLOC_MAX=100K
bad 'expected .*off.*panic' KMEMU_LARGE=perhaps
bad 'expected .*off.*panic' KMEMU_OPTIONS=invalid_free=loud
bad 'expected a size' KMEMU_MEM=12MB
bad 'expected a size' KMEMU_MEM=-1
bad 'expected' KMEMU_MEM=99999999999999999999999999
bad 'expected 0 or 1' KMEMU_SUMMARY=maybe
bad 'expected' KMEMU_PURGE_MS=soon
bad 'cannot be read' KMEMU_CONFIG="$TMP/there-is-no-such-file"
bad 'expected .*plain' KMEMU_PROFILE=loose
bad 'expected a list of fifo, rr or deadline' KMEMU_CONTEXT_SCHED=fifo,rt
bad "context.ignore: no signal is named 'SIGFOO'" KMEMU_CONTEXT=warn KMEMU_CONTEXT_IGNORE=USR1,SIGFOO
bad 'not built yet' KMEMU_OPTIONS=failslab=1,2,3,4
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS='aa=1 aa=2 large=x large=y' "$TESTDIR/alloc_work"
[ "$(wc -l <"$TMP/err")" -le 4 ] || fail "the same words several times"
printf '# a comment\nlarge=fail\nno_such_word=1\n' >"$TMP/config"
bad 'config:3: .*no_such_word' KMEMU_CONFIG="$TMP/config" KMEMU_LARGE=count
done_ok
