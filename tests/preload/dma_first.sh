#!/bin/sh
# The first call to the API is judged as any later one, with libkmemu.a.
. "$SRCDIR/lib.sh"
gcc -O2 -Iinclude "$SRCDIR/dma_first.c" -o "$TMP/t" "$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
	fail "$(head -n 3 "$TMP/cc")"
said() {
	expect 0 env -i "$TMP/t" "$1"
	lines 1 "$TMP/err" "$2"
	lines 1 "$TMP/err" .
}
said resource 'DMA addr 0x0000010000000000\+4096 overflow \(mask ffffffff, bus limit 0\)'
said unmap 'device driver tries to free DMA memory it has not allocated'
said unmap_error 'device driver tries to free an invalid DMA memory address'
said sync 'device driver tries to sync DMA memory it has not allocated'
said coherent 'the device has no coherent_dma_mask'
said list 'sg_set_buf: .* has no page: no heap memory'
said phys 'virt_to_phys used for non-linear address'
said unmap_registers 'iounmap: bad address'
expect 0 env -i "$TMP/t" free_pages
done_ok
