#!/bin/sh
# run: timeout=120
# The worked example of docs/tutorial.md: its suite passes with and without the three
# mistakes; default policies find each at its line; mended, the verdict is clean.
. "$SRCDIR/lib.sh"

build() {
	cc=$1 source=$2
	$cc -g -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="ring"' "examples/$source.c" \
		examples/ring_test.c "$KMEMU_LIB" "$BUILDDIR/libkmemu.a" -pthread \
		-Wl,-rpath,"${KMEMU_LIB%/*}" -o "$TMP/$source" 2>"$TMP/cc" ||
		fail "$cc $source: $(head -n 3 "$TMP/cc")"
}
# Where the mistake is, by its text.
line_of() {
	n=$(grep -nF -- "$1" examples/ring.c | cut -d: -f1)
	[ -n "$n" ] || fail "examples/ring.c has no $1"
}

for cc in gcc "clang -gdwarf-aranges"; do
	have "${cc%% *}" || continue
	build "$cc" ring
	build "$cc" ring_mended
	expect 0 "$BUILDDIR/kmemu" run "$TMP/ring"
	lines 1 "$TMP/out" '^ok 1 ring'
	line_of 'kmem_cache_alloc(ring.packets, GFP_KERNEL)'
	grep -Eq "^kmemu: sleep-in-atomic.* ring_interrupt.*/ring\.c:$n\)" "$TMP/err" ||
		fail "$cc: the allocation in the interrupt was not found at line $n"
	line_of 'vmalloc(TABLE_BYTES)'
	grep -Eq "^kmemu: vmalloc-in-atomic.* ring_write.*/ring\.c:$n\)" "$TMP/err" ||
		fail "$cc: the vmalloc under the lock was not found at line $n"
	line_of 'dma_map_single('
	grep -Eq "^kmemu: dma-memory.* ring_probe.*/ring\.c:$n\)" "$TMP/err" ||
		fail "$cc: the mapping of vmalloc memory was not found at line $n"
	lines 1 "$TMP/err" '^kmemu: verdict: findings=3$'
	lines 1 "$TMP/err" ' <IRQ>$'
	expect 0 "$BUILDDIR/kmemu" run "$TMP/ring_mended"
	lines 1 "$TMP/out" '^ok 1 ring'
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	lines 0 "$TMP/err" 'BUG|WARNING'
done
done_ok
