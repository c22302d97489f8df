#!/bin/sh
# prctl and syscall as without us; armed, a refused filter changes nothing.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/run_syscall"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/run_syscall"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_JSON="$TMP/events" KMEMU_REPORT=full \
	"$TESTDIR/run_syscall"
done_ok
