#!/bin/sh
# Class 3: an early constructor allocates, calls setenv and clearenv.
. "$SRCDIR/lib.sh"
other=$TESTDIR/plugin_early.so
program=$TESTDIR/class03_early_constructor
quiet env LD_PRELOAD="$KMEMU_LIB:$other" "$program"
quiet env LD_PRELOAD="$other:$KMEMU_LIB" "$program"
quiet env LD_PRELOAD="$other:$KMEMU_LIB" KMEMU_LARGE=count "$program"
done_ok
