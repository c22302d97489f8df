#!/bin/sh
# Mappings, mms and addresses of kernel code, by gcc and clang without a warning; with contexts
# checked nothing is found, and nothing stays.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_mm_more"
each_compiler tests/preload/kernel_api_mm_more.c quiet
libs="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
leaves_nothing() {
	expect 0 env KMEMU_CONTEXT=warn "$BUILDDIR/kmemu" run -v "$1"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	! grep 'alive at exit' "$TMP/err" || fail "$(grep -A 3 'alive at exit' "$TMP/err")"
}
each_compiler tests/preload/kernel_api_mm_more.c leaves_nothing
done_ok
