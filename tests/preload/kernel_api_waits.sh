#!/bin/sh
# Waits under a lock, copies that may not fault, and words in kernel code, by gcc and clang
# without a warning; with contexts checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_waits"
quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count "$TESTDIR/kernel_api_waits"
for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_waits.c -o "$TMP/t" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	[ ! -x "$TMP/t" ] || quiet "$TMP/t"
	rm -f "$TMP/t"
done
done_ok
