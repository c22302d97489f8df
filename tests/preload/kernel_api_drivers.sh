#!/bin/sh
# run: timeout=120
# Drivers' other needs in kernel code: by gcc and clang, with contexts checked, and under
# `kmemu run`, where nothing that they took is alive in the end (but what libc has for
# threads). Three lines are the kernel's own.
. "$SRCDIR/lib.sh"
told() {
	expect 0 "$@"
	lines 1 "$TMP/err" "toy toy\.0: can't request region for resource \[mem 0xfe000000000-"
	lines 1 "$TMP/err" 'toy toy\.0: probe with driver toy failed with error -16'
	lines 1 "$TMP/err" "sysfs: cannot create duplicate filename 'one/value'"
}
told "$TESTDIR/kernel_api_drivers"
lines 3 "$TMP/err" '.'
leaves_nothing() {
	told env KMEMU_CONTEXT=warn "$BUILDDIR/kmemu" run -v "$1"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	grep 'alive at exit' "$TMP/err" | grep -v '512 bytes in 1 block' >"$TMP/alive"
	[ ! -s "$TMP/alive" ] || fail "$(cat "$TMP/alive")"
}
libs="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
each_compiler tests/preload/kernel_api_drivers.c leaves_nothing
done_ok
