#!/bin/sh
# Frames and pages in a program's mapping, and pieces of pages, by gcc and clang without a
# warning; with contexts checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_maps"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_maps"
for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_maps.c -o "$TMP/t" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	[ ! -x "$TMP/t" ] || quiet "$TMP/t"
	rm -f "$TMP/t"
done
done_ok
