#!/bin/sh
# What `make install` leaves: the kernel's headers in a directory of their own, found
# by pkg-config's kmemu-kernel, and by nothing else. Uninstalled, nothing is left.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
have make || skip "make is not installed"
have pkg-config || skip "pkg-config is not installed"
install() {
	make -s O="$BUILDDIR" -o "$BUILDDIR/kmemu" -o "$BUILDDIR/libkmemu.so" \
		-o "$BUILDDIR/libkmemu.a" -o man MAN_PAGES= PREFIX=/opt/kmemu DESTDIR="$TMP/dest" "$@" \
		>"$TMP/make.log" 2>&1 || fail "make $*: $(head -n 5 "$TMP/make.log")"
}
install install
prefix=$TMP/dest/opt/kmemu
PKG_CONFIG_PATH=$prefix/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$TMP/dest
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
for h in include/linux/*.h include/linux/*/*.h include/asm/*.h; do
	cmp -s "$h" "$prefix/include/kmemu-kernel/${h#include/}" || fail "$h was not installed"
done
[ ! -e "$prefix/include/linux" ] || fail "include/linux would stand in for the system's"

for f in kernel_api_truth kernel_api_table; do
	$CC -O1 -Wall -Wextra -Werror tests/preload/$f.c -o "$TMP/$f" \
		$(pkg-config --cflags --libs kmemu-kernel) 2>"$TMP/cc" || fail "$f: $(head -n 3 "$TMP/cc")"
done
quiet env KMEMU_CONTEXT=warn "$TMP/kernel_api_truth"
expect 0 env KMEMU_CONTEXT=warn "$TMP/kernel_api_table" spin kernel
lines 1 "$TMP/err" 'kmalloc\(100, GFP_KERNEL\) may sleep, with spinlock'

# The other package has malloc, kmemu_*, and nothing of the kernel's names.
cat >"$TMP/user.c" <<'C'
#include <linux/errno.h>
#include <kmemu/annotate.h>
#include <kmemu/kmemu.h>
#include <kmemu/view.h>
#ifdef ENOTSUPP
#error "not the header of the system"
#endif
int main(void)
{
	KMEMU_ATOMIC_ENTER(0);
	kmemu_kfree(kmemu_kmalloc(10, KMEMU_GFP_ATOMIC));
	KMEMU_ATOMIC_EXIT(0);
	return kmemu_preempt_count();
}
C
$CC -Wall -Wextra -Werror "$TMP/user.c" -o "$TMP/user" $(pkg-config --cflags --libs kmemu) \
	-Wl,-rpath,"$prefix/lib" 2>"$TMP/cc" || fail "kmemu: $(head -n 3 "$TMP/cc")"
quiet env KMEMU_CONTEXT=warn "$TMP/user"

install uninstall
left=$(find "$prefix" ! -type d)
[ -z "$left" ] || fail "uninstall leaves $(echo "$left" | head -n 3)"
[ ! -e "$prefix/include/kmemu-kernel" ] || fail "uninstall leaves include/kmemu-kernel"
done_ok
