#!/bin/sh
# Under a checked run, which asks for more at start than a bare preload does.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
expect 0 "$K" run "$TESTDIR/canary_traces"
verdict clean
done_ok
