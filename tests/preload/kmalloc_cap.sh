#!/bin/sh
# The cap at its default and at every power of two from 8K to 4M.
. "$SRCDIR/lib.sh"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/kmalloc_cap"
for kb in 8 16 32 64 128 256 512 1024 2048 4096; do
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_KMALLOC_MAX=${kb}K \
		"$TESTDIR/kmalloc_cap" $((kb * 1024))
done
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="kmalloc_max=4M" "$TESTDIR/kmalloc_cap" 4194304
done_ok
