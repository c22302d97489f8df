#!/bin/sh
# <linux/list_lru.h>: by gcc and clang, with contexts checked and nothing left over.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_list_lru"
for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_list_lru.c -o "$TMP/t" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	[ ! -x "$TMP/t" ] || quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count "$TMP/t"
	rm -f "$TMP/t"
done
done_ok
