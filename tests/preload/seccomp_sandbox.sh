#!/bin/sh
# run: x86_64
# A filter as OpenSSH's, with and without checks: the program lives, and the verdict says what
# was not looked at.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/seccomp_sandbox"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/seccomp_sandbox"
for options in profile=audit contig=warn "contig=warn usercopy=warn report=full" leak=count; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$options log=$TMP/log" "$TESTDIR/seccomp_sandbox"
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="contig=warn verdict=1 log=$TMP/log2" "$TESTDIR/seccomp_sandbox"
lines 1 "$TMP/log2" "verdict: unchecked: seccomp"
done_ok
