#!/bin/sh
# Class 35: a setuid program. ld.so drops the preload; a library that comes in
# by being linked ignores every option and writes no file.
. "$SRCDIR/lib.sh"
[ "$(id -u)" = 0 ] || skip "needs root to make a setuid program"
have setpriv || skip "setpriv is not installed (package util-linux)"
have "$CC" || skip "no C compiler"
mkdir "$TMP/lib" "$TMP/open"
chmod 1777 "$TMP/open"
cp "$KMEMU_LIB" "$TMP/lib/libkmemu.so"
chmod 755 "$TMP/lib/libkmemu.so"
ln -s libkmemu.so "$TMP/lib/libkmemu.so.0"
"$CC" -std=gnu11 -fno-builtin -o "$TMP/linked" "$SRCDIR/class35_secure.c" \
	-Wl,--no-as-needed "$TMP/lib/libkmemu.so" -Wl,-rpath,"$TMP/lib" || fail "could not build"
cp "$TESTDIR/class35_secure" "$TMP/plain"
chmod 4755 "$TMP/linked" "$TMP/plain"
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
$nobody "$TMP/plain" 2>/dev/null || skip "setuid has no effect here (nosuid mount?)"
printf 'large=fail\n' >"$TMP/open/config"
for program in linked plain; do
	# shellcheck disable=SC2086
	quiet $nobody env LD_PRELOAD="$TMP/lib/libkmemu.so" KMEMU_MEM=64M KMEMU_LARGE=fail \
		KMEMU_SUMMARY=1 KMEMU_LOG="$TMP/open/log" KMEMU_NOSUCH=1 \
		KMEMU_CONFIG="$TMP/open/config" KMEMU_OPTIONS="large=fail no_such=1" "$TMP/$program"
done
[ ! -e "$TMP/open/log" ] || fail "a secure process wrote its log file"
done_ok
