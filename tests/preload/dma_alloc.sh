#!/bin/sh
# Coherent memory that cannot be had is told of once.
. "$SRCDIR/lib.sh"
said() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=line context=warn" "$TESTDIR/dma_alloc" "$1"
	lines 1 "$TMP/err" "$2"
	lines 1 "$TMP/err" .
}
said pool '^dma_pool_alloc\(64, GFP_KERNEL\) may sleep, with spinlock .* held'
said large '^alloc_pages: order above MAX_PAGE_ORDER: order:11'
said nothing '^alloc_pages: order above MAX_PAGE_ORDER: order:52'
done_ok
