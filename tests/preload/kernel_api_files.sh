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
for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_files.c -o "$TMP/t" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	[ ! -x "$TMP/t" ] || told "$TMP/t"
	rm -f "$TMP/t"
done
done_ok
