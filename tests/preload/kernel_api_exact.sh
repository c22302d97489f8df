#!/bin/sh
# Names have the kernel's types and may be pointed to: by gcc and clang without a warning;
# with contexts checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_exact"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_exact"
for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_exact.c \
		-o "$TMP/t" "$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
		fail "$cc: $(head -n 3 "$TMP/cc")"
	quiet "$TMP/t"
	rm -f "$TMP/t"
done
done_ok
