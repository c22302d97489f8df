#!/bin/sh
# Frames and pages in a program's mapping, and pieces of pages, by gcc and clang without a
# warning; with contexts checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_maps"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_maps"
each_compiler tests/preload/kernel_api_maps.c quiet
done_ok
