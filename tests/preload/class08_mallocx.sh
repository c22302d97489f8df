#!/bin/sh
# Class 8: a library that brings a malloc with entry points of its own
# (jemalloc's mallocx, sdallocx) is recognised, not broken.
. "$SRCDIR/lib.sh"
have "$CC" || skip "no C compiler"
so=$(ls /usr/lib/*/libjemalloc.so.2 2>/dev/null | head -n 1)
[ -n "$so" ] || skip "libjemalloc.so.2 is not installed (package libjemalloc2)"
"$CC" -fno-builtin -o "$TMP/mallocx" "$SRCDIR/aux/mallocx.c" "$so" || fail "could not build"
quiet "$TMP/mallocx"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TMP/mallocx"
quiet env LD_PRELOAD="$KMEMU_LIB:$so" "$TESTDIR/class04_libc_blocks"
quiet env LD_PRELOAD="$so:$KMEMU_LIB" "$TESTDIR/class04_libc_blocks"
done_ok
