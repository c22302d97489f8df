#!/bin/sh
# Interrupts, timers, work and grace periods of kernel code; checked, nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_interrupts"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_interrupts"
done_ok
