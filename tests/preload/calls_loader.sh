#!/bin/sh
# What is behind the entries of libc's calls is found where the loader can't be
# asked: while another thread has its lock, and before we are relocated. It is what
# would be found without us: a library's own function before libc's.
. "$SRCDIR/lib.sh"

quiet "$TESTDIR/calls_loader"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/calls_loader"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn" "$TESTDIR/calls_loader"

have "$CC" || skip "no compiler"
"$CC" -shared -fPIC -Wl,-z,now -o "$TMP/libifunc.so" "$SRCDIR/aux/calls_ifunc_lib.c" || fail "libifunc.so"
"$CC" -o "$TMP/ifunc" "$SRCDIR/aux/calls_ifunc.c" -L"$TMP" -lifunc -Wl,-rpath,"$TMP" -Wl,-z,now ||
	fail "ifunc"
quiet "$TMP/ifunc"
# In plain C there is no way into the kernel yet, see docs/limits.md.
if nm -D "$KMEMU_LIB" | grep -qw vfork; then
	quiet env LD_PRELOAD="$KMEMU_LIB" "$TMP/ifunc"
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn" "$TMP/ifunc"
fi

echo 'OWN_1 { tee; };' >"$TMP/map"
"$CC" -fno-builtin -shared -fPIC -o "$TMP/liborder.so" -Wl,--version-script,"$TMP/map" \
	"$SRCDIR/aux/calls_order_lib.c" 2>"$TMP/ld" || fail "liborder.so: $(cat "$TMP/ld")"
"$CC" -o "$TMP/order" "$SRCDIR/aux/calls_order.c" -Wl,--no-as-needed -Wl,-rpath,"$TMP" \
	-lc "$TMP/liborder.so" -Wl,-z,now || fail "order"
quiet env LD_PRELOAD="$TMP/liborder.so" "$TMP/order"
quiet env LD_PRELOAD="$KMEMU_LIB:$TMP/liborder.so" "$TMP/order"
done_ok
