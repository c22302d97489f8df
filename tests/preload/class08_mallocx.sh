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

# Its operator new allocates by itself, its operator delete calls free(): no such free is
# told, or lost (that would be a gigabyte). A pointer that is nobody's still is told.
if have g++; then
	g++ -std=c++17 -fno-builtin -w -o "$TMP/new" "$SRCDIR/aux/jemalloc_new.cc" "$so" -pthread ||
		fail "could not build jemalloc_new"
	quiet "$TMP/new"
	quiet env LD_PRELOAD="$KMEMU_LIB" "$TMP/new"
	expect 0 env LD_PRELOAD="$KMEMU_LIB" "$TMP/new" bad
	lines 1 "$TMP/err" "is not heap memory"
fi
done_ok
