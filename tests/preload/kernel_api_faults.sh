#!/bin/sh
# A driver's mapping that is filled at the program's access, and taken back, by gcc and
# clang; with contexts checked nothing is found, and nothing stays.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_faults" races
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_faults"
quiet "$TESTDIR/kernel_api_faults" handler
expect 0 "$TESTDIR/kernel_api_faults" memory
lines 1 "$TMP/err" 'Huh VM_FAULT_OOM leaked out to the #PF handler. Retrying PF$'
[ "$(wc -l <"$TMP/err")" -eq 1 ] || fail "$(head -n 3 "$TMP/err")"
each_compiler tests/preload/kernel_api_faults.c quiet
libs="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
leaves_nothing() {
	expect 0 env KMEMU_CONTEXT=warn "$BUILDDIR/kmemu" run -v "$1"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	! grep 'alive at exit' "$TMP/err" || fail "$(grep -A 3 'alive at exit' "$TMP/err")"
}
each_compiler tests/preload/kernel_api_faults.c leaves_nothing
done_ok
