#!/bin/sh
# The tree of tasks: by gcc and clang, with contexts checked and without.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_tree"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_tree"
each_compiler tests/preload/kernel_api_tree.c quiet env KMEMU_CONTEXT=warn
done_ok
