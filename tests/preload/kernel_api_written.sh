#!/bin/sh
# run: timeout=300
# Code of drivers, written for the kernel (tests/kernel/drivers), compiles by gcc and clang
# with the warnings that the kernel has, and does what it would do there: each checks itself
# when it is loaded. Nothing is found in it.
. "$SRCDIR/lib.sh"
warnings='-Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers'

one() {
	name=$(basename "$2" .c)
	exe=$TMP/$name.$1
	if ! "$1" -O2 -g $warnings "-DKBUILD_MODNAME=\"$name\"" -Iinclude "$2" \
		"$BUILDDIR/libkmemu.a" -pthread -o "$exe" 2>"$exe.cc"; then
		echo "$1 $name: $(grep -m 3 -E 'error|warning' "$exe.cc")" >"$exe.bad"
		return
	fi
	KMEMU_OPTIONS="context=warn report=full" timeout 60 "$exe" >"$exe.out" 2>"$exe.err" &&
		! grep -E 'BUG|WARNING|INFO' "$exe.err" >"$exe.found" ||
		echo "$1 $name: status $?, $(tail -n 3 "$exe.err")" >"$exe.bad"
}

for source in tests/kernel/drivers/*.c; do
	for compiler in gcc clang; do
		have $compiler || continue
		one $compiler "$source" &
	done
	wait
done
cat "$TMP"/*.bad 2>/dev/null | while read -r line; do fail "$line"; done
ls "$TMP"/*.bad >/dev/null 2>&1 && exit 1
[ "$(ls "$TMP"/*.out 2>/dev/null | wc -l)" -ge 13 ] || fail "too few programs ran"
exit $failed
