#!/bin/sh
# Waits under a lock, copies that may not fault, and words in kernel code, by gcc and clang
# without a warning; with contexts checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_waits"
quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count "$TESTDIR/kernel_api_waits"
each_compiler tests/preload/kernel_api_waits.c quiet
done_ok
