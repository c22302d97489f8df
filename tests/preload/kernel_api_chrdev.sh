#!/bin/sh
# <linux/cdev.h>, <linux/miscdevice.h>: by gcc and clang, with contexts checked, and under
# `kmemu run` nothing of theirs is alive in the end. Two mistakes are WARNs, as in the kernel.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_chrdev"
expect 0 "$TESTDIR/kernel_api_chrdev" mistakes=1
lines 1 "$TMP/err" 'misc_deregister: it is not registered'
lines 1 "$TMP/err" 'cdev_add: number 0:0 is for whiteouts'
leaves_nothing() {
	expect 0 env KMEMU_CONTEXT=warn "$BUILDDIR/kmemu" run -v "$1"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	! grep 'alive at exit' "$TMP/err" || fail "$(grep -A 3 'alive at exit' "$TMP/err")"
}
libs="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
each_compiler tests/preload/kernel_api_chrdev.c leaves_nothing
done_ok
