#!/bin/sh
# Class 1: dlsym before main by a second preloaded library, in both orders.
. "$SRCDIR/lib.sh"
other=$TESTDIR/plugin_dlsym_ctor.so
quiet env LD_PRELOAD="$KMEMU_LIB:$other" "$TESTDIR/class01_dlsym_calloc"
quiet env LD_PRELOAD="$other:$KMEMU_LIB" "$TESTDIR/class01_dlsym_calloc"
done_ok
