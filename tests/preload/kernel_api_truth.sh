#!/bin/sh
# in_*() in every context, with contexts checked and not; compiled by others too.
. "$SRCDIR/lib.sh"
for policy in off count warn fail; do
	quiet env KMEMU_CONTEXT=$policy "$TESTDIR/kernel_api_truth"
	cat "$TMP/out"
done
for cc in gcc clang; do
	have $cc || continue
	for opt in -O0 -O3; do
		$cc $opt -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_truth.c -o "$TMP/t" \
			"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
			fail "$cc $opt: $(head -n 3 "$TMP/cc")"
		[ ! -x "$TMP/t" ] || quiet env KMEMU_CONTEXT=warn "$TMP/t"
		cat "$TMP/out"
		rm -f "$TMP/t"
	done
done
done_ok
