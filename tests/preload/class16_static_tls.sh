#!/bin/sh
# Class 16: our TLS segment is at most 256 bytes, initial-exec, and leaves room
# for twenty other libraries; LD_AUDIT and dlopen do not break the program.
. "$SRCDIR/lib.sh"
have readelf || skip "readelf is not installed (package binutils)"
size=$(readelf -lW "$KMEMU_LIB" | awk '$1 == "TLS" { print $6 }')
[ $((${size:-0})) -le 256 ] || fail "TLS segment of $size bytes, 256 allowed"
! nm -D --undefined-only "$KMEMU_LIB" | grep -q __tls_get_addr ||
	fail "uses __tls_get_addr: TLS is not initial-exec"
copies=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	cp "$TESTDIR/plugin_ie_tls.so" "$TMP/tls$i.so"
	copies="$copies $TMP/tls$i.so"
done
# shellcheck disable=SC2086
quiet "$TESTDIR/class16_static_tls" $copies
# shellcheck disable=SC2086
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class16_static_tls" $copies
expect 0 env LD_AUDIT="$KMEMU_LIB" "$TESTDIR/class16_static_tls"
expect 0 env LD_AUDIT="$KMEMU_LIB" LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class16_static_tls"
expect 0 "$TESTDIR/class16_dlopen_late" "$KMEMU_LIB"
done_ok
