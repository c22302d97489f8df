#!/bin/sh
# The object: needs libc only, no executable stack or text relocations, bound
# at load, never unloaded, and exports only libc's names and kmemu_*.
. "$SRCDIR/lib.sh"
have readelf || skip "readelf is not installed (package binutils)"
readelf -dW "$KMEMU_LIB" >"$TMP/dynamic"
readelf -lW "$KMEMU_LIB" >"$TMP/segments"
needed=$(sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' "$TMP/dynamic" | tr '\n' ' ')
[ "$needed" = "libc.so.6 " ] || [ "$needed" = "libc.so.6 ld-linux-x86-64.so.2 " ] ||
	fail "needs $needed"
lines 0 "$TMP/dynamic" 'TEXTREL'
lines 0 "$TMP/dynamic" 'RPATH|RUNPATH'
grep -q 'BIND_NOW\|FLAGS_1.*NOW' "$TMP/dynamic" || fail "not linked with -z now"
grep -q NODELETE "$TMP/dynamic" || fail "not linked with -z nodelete"
lines 1 "$TMP/segments" 'GNU_STACK'
lines 0 "$TMP/segments" 'GNU_STACK.*RWE'
lines 1 "$TMP/segments" 'GNU_RELRO'
lines 0 "$TMP/segments" 'LOAD.*RWE'
libc=$(ldd "$TESTDIR/alloc_work" | awk '/libc\.so/ { print $3 }')
nm -D --defined-only "$libc" | sed 's/.* //; s/@.*//' | sort -u >"$TMP/libc"
nm -D --defined-only "$KMEMU_LIB" | sed 's/.* //; s/@.*//' | sort -u |
	grep -v '^kmemu_' >"$TMP/ours"
printf '%s\n' cfree free_sized free_aligned_sized la_version \
	__isoc23_scanf __isoc23_fscanf __isoc23_vscanf __isoc23_vfscanf \
	__isoc23_wscanf __isoc23_fwscanf __isoc23_vwscanf __isoc23_vfwscanf | sort >"$TMP/extra"
other=$(sort -u "$TMP/libc" "$TMP/extra" | comm -13 - "$TMP/ours" | tr '\n' ' ')
[ -z "$other" ] || fail "exports names that are neither libc's nor kmemu_*: $other"
# Names of newer libcs would keep it from loading on glibc 2.34.
new=$(nm -D --undefined-only "$KMEMU_LIB" | grep -oE 'GLIBC_2\.(3[5-9]|[4-9][0-9])' | sort -u)
[ -z "$new" ] || fail "needs symbols of $new"
done_ok
