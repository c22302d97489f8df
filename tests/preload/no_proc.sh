#!/bin/sh
# No /proc and no /sys: nothing at start or later depends on them.
# run: timeout=120
. "$SRCDIR/lib.sh"
[ "$(id -u)" = 0 ] || skip "needs root for a mount namespace"
have unshare || skip "unshare is not installed (package util-linux)"
unshare -m sh -c 'umount -l /sys; umount -l /proc && [ ! -e /proc/self ]' 2>/dev/null ||
	skip "mount namespaces do not work here"
for name in alloc_work class11_alignment class15_vfork_alloc \
	kmalloc_cap realloc_random; do
	quiet unshare -m sh -c 'umount -l /sys 2>/dev/null; umount -l /proc
		exec env LD_PRELOAD="$1" "$2"' sh "$KMEMU_LIB" "$TESTDIR/$name"
done
done_ok
