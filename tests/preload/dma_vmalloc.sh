#!/bin/sh
# Pages of vmalloc memory are mapped for a device by their struct page.
. "$SRCDIR/lib.sh"
for options in "" frag=30 phys=huge zones=DMA:16M,DMA32:2G mem=256M; do
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=line $options" "$TESTDIR/dma_vmalloc" list
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=line $options" "$TESTDIR/dma_vmalloc" list bounce
done
# Through a bounce buffer as well: what is gone is not written to.
for bounce in "" bounce; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=line" "$TESTDIR/dma_vmalloc" freed $bounce
	lines 1 "$TMP/err" '^ 0000:00:03.0: memory is freed while a device may use it '
	lines 1 "$TMP/err" .
done
done_ok
