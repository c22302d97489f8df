#!/bin/sh
# Counts of the program's pages, accounts, and truncation, by gcc and clang; with contexts
# checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_counts"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_counts"
each_compiler tests/preload/kernel_api_counts.c quiet
done_ok
