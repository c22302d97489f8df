#!/bin/sh
# <linux/platform_device.h>: by gcc and clang, with contexts checked, and under `kmemu run`
# nothing of the devices is alive in the end. Four lines are the kernel's own.
. "$SRCDIR/lib.sh"
told() {
	expect 0 "$@"
	lines 1 "$TMP/err" 'b\.0\.auto: failed to claim resource 0: \[mem 0xfe100000800-0xfe1000017ff\]'
	lines 1 "$TMP/err" 'c\.0\.auto: invalid resource'
	lines 1 "$TMP/err" 'c\.0\.auto: error -ENXIO: IRQ index 0 not found'
	lines 1 "$TMP/err" 'once once: probe deferral not supported'
}
told "$TESTDIR/kernel_api_platform"
lines 4 "$TMP/err" '.'
told "$TESTDIR/kernel_api_platform" mistakes=1
lines 1 "$TMP/err" '0 is an invalid IRQ number'
leaves_nothing() {
	told env KMEMU_CONTEXT=warn "$BUILDDIR/kmemu" run -v "$1"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	! grep 'alive at exit' "$TMP/err" || fail "$(grep -A 3 'alive at exit' "$TMP/err")"
}
libs="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
each_compiler tests/preload/kernel_api_platform.c leaves_nothing
done_ok
