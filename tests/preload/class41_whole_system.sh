#!/bin/sh
# Class 41: the library named in /etc/ld.so.preload of a small root without
# /proc, /sys, /dev and /tmp; programs are started with no environment.
. "$SRCDIR/lib.sh"
[ "$(id -u)" = 0 ] || skip "needs root for chroot"
have chroot || skip "chroot is not installed"
root=$TMP/root
mkdir -p "$root/etc" "$root/bin"
take() {
	mkdir -p "$root$(dirname "$1")"
	cp -L "$1" "$root$1"
}
for program in /bin/sh /bin/echo /bin/ls /usr/bin/sort "$TESTDIR/alloc_work"; do
	[ -x "$program" ] || continue
	take "$program"
	ldd "$program" | grep -o '/[^ ]*' | while read -r so; do take "$so"; done
done
cp "$KMEMU_LIB" "$root/libkmemu.so"
chroot "$root" /bin/echo text >/dev/null 2>&1 || skip "chroot does not work here"
echo /libkmemu.so >"$root/etc/ld.so.preload"
quiet chroot "$root" /bin/echo text
for command in '/bin/echo text' '/bin/ls /' "$TESTDIR/alloc_work 2" '/bin/sh -c :'; do
	# shellcheck disable=SC2086
	quiet env -i "$(command -v chroot)" "$root" $command
done
done_ok
