#!/bin/sh
# An IDR gives back every pointer that it was given; by gcc and clang, without optimization too.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_idr"
for cc in gcc clang; do
	have $cc || continue
	for level in -O0 -O2; do
		$cc $level -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_idr.c \
			-o "$TMP/t" "$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
			fail "$cc $level: $(head -n 3 "$TMP/cc")"
		quiet "$TMP/t"
		rm -f "$TMP/t"
	done
done
done_ok
