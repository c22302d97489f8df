#!/bin/sh
# Threads, locks that sleep and times of kernel code; checked, nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_threads"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_threads"
done_ok
