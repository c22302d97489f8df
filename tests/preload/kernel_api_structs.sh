#!/bin/sh
# The kernel's structures and macros in kernel code; compiled by others too, and with
# contexts checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_structs"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_structs"
for cc in gcc clang; do
	have $cc || continue
	for opt in -O0 -O3; do
		$cc $opt -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_structs.c -o "$TMP/t" \
			"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
			fail "$cc $opt: $(head -n 3 "$TMP/cc")"
		[ ! -x "$TMP/t" ] || quiet "$TMP/t"
		rm -f "$TMP/t"
	done
done
done_ok
