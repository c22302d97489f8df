#!/bin/sh
# <linux/slab.h>, <linux/mempool.h>: what is right says nothing, by gcc and by clang,
# with debug options and without; each mistake is one finding of its kind.
. "$SRCDIR/lib.sh"
program=$TESTDIR/kernel_api_slab
# found MISTAKE KIND TEXT: this line alone; kmemu's name for it is KIND
found() {
	expect 0 "$program" "$1"
	one "$3"
	expect 0 env KMEMU_REPORT=full "$program" "$1"
	lines "${4:-1}" "$TMP/err" "kmemu: $2-[0-9a-f]+: "
}
one() {
	[ "$(grep -Ec -- "$1" "$TMP/err")" -eq 1 ] || fail "not one line '$1': $(cat "$TMP/err")"
}
quiet "$program"
for options in init_on_alloc=1 init_on_free=1 slab_nomerge=1 percpu=guarded kmalloc_max=128K; do
	quiet env KMEMU_OPTIONS=$options "$program"
done
found red-zone slab-corruption 'Right Redzone of names object .* overwritten: .*first byte 0x0 instead of 0xcc'
found after-free slab-corruption 'Poison of names object .* overwritten: .*first byte 0x1 instead of 0x6b' 2
found left objects-remaining 'kmem_cache_destroy: names still has objects in use: 1 found'
found gone destroyed-cache 'kmem_cache_alloc: cache names was destroyed'
found wrong cache-create 'kmem_cache_create\(names, 0\): objects are of 1 byte to 4 MiB'
found vmalloc-to-kfree invalid-free 'kfree: 0x[0-9a-f]+ is a vmalloc area of 8192 bytes, not for kfree'
found other-cache wrong-cache 'is of cache names, not of b'
quiet env KMEMU_SLAB_CHECK=off "$program" left
expect 134 env KMEMU_SLAB_CHECK=panic "$program" wrong
for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -g -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_slab.c \
		-o "$TMP/$cc" "$KMEMU_LIB" -Wl,-rpath,"${KMEMU_LIB%/*}" 2>"$TMP/cc" ||
		fail "$cc: $(head -n 3 "$TMP/cc")"
	quiet "$TMP/$cc"
done
done_ok
