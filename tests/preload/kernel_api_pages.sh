#!/bin/sh
# Pages, areas, per-CPU memory: right use is silent, on libkmemu.a and .so, by gcc and
# clang; each wrong free is a line of its own, and does nothing with `fail`.
. "$SRCDIR/lib.sh"
export KMEMU_OPTIONS='profile=audit verdict=0 report=line'
program=$TESTDIR/kernel_api_pages
quiet "$program"
cat "$TMP/out"
quiet env KMEMU_CONTEXT=off KMEMU_INVALID_FREE=off "$program"

wrong() {
	for policy in warn fail; do
		expect 0 env KMEMU_INVALID_FREE=$policy "$program" "$1"
		[ "$(wc -l <"$TMP/err")" -eq 1 ] && grep -Eq -- "$2" "$TMP/err" ||
			fail "$1: not one line '$2': $(head -n 3 "$TMP/err")"
	done
}
wrong twice '__free_pages: bad page state, pfn:[0-9a-f]+: nonzero _refcount'
wrong order '__free_pages: bad page state, pfn:[0-9a-f]+: freed with another order'
wrong slab '__free_pages: bad page state, pfn:[0-9a-f]+: nonzero mapcount'
wrong put 'put_page: bad page state, pfn:[0-9a-f]+: nonzero _refcount'
wrong flag '__free_pages: bad page state, .*: PAGE_FLAGS_CHECK_AT_FREE flag\(s\) set'
wrong kfree 'kfree: 0x[0-9a-f]+ is a page block of 8192 bytes, not for kfree'
wrong vfree 'vfree: 0x[0-9a-f]+ is an object of kmalloc-64, not for vfree'
wrong kfree-area 'kfree: 0x[0-9a-f]+ is a vmalloc area of [0-9]+ bytes, not for kfree'
wrong percpu 'free_percpu: '
wrong vunmap 'vunmap: 0x[0-9a-f]+ is in free memory'

for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -Wall -Wextra -Werror -Iinclude tests/preload/kernel_api_pages.c -o "$TMP/t" \
		"$KMEMU_LIB" -Wl,-rpath,"${KMEMU_LIB%/*}" 2>"$TMP/cc" ||
		fail "$cc: $(head -n 3 "$TMP/cc")"
	[ ! -x "$TMP/t" ] || quiet "$TMP/t"
	rm -f "$TMP/t"
done
done_ok
