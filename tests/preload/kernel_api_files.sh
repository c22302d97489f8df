#!/bin/sh
# Files of debugfs and seq_file in kernel code; compiled by others too, and with contexts
# checked nothing is found. Two lines are the kernel's own: a directory
# is there already, and a number is too high.
. "$SRCDIR/lib.sh"
told() {
	expect 0 "$@"
	lines 2 "$TMP/err" '.'
	lines 1 "$TMP/err" 'CHRDEV "too high" major requested \(512\) is greater than the maximum'
	lines 1 "$TMP/err" "debugfs: Directory 'sub' with parent 'kt' already present!"
}
told "$TESTDIR/kernel_api_files"
told env KMEMU_CONTEXT=warn KMEMU_LEAK=count "$TESTDIR/kernel_api_files"
each_compiler tests/preload/kernel_api_files.c told
done_ok
