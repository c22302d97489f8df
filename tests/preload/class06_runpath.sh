#!/bin/sh
# Class 6: a plugin found by the RUNPATH ($ORIGIN) of the library that opens
# it; a wrapped dlopen would look from the wrapper's own place.
. "$SRCDIR/lib.sh"
have "$CC" || skip "no C compiler"
mkdir "$TMP/lib" "$TMP/lib/plugins"
"$CC" -shared -fPIC -o "$TMP/lib/plugins/libhidden.so" "$SRCDIR/aux/hidden.c" &&
	"$CC" -shared -fPIC -o "$TMP/lib/libopener.so" "$SRCDIR/aux/opener.c" -ldl \
		-Wl,--enable-new-dtags -Wl,-rpath,'$ORIGIN/plugins' &&
	"$CC" -o "$TMP/caller" "$SRCDIR/aux/caller.c" -L"$TMP/lib" -lopener \
		-Wl,-rpath,'$ORIGIN/lib' || fail "could not build"
quiet "$TMP/caller"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TMP/caller"
done_ok
