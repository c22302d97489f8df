#!/bin/sh
# A stack is no memory for a device, wherever it lies.
. "$SRCDIR/lib.sh"
for how in own thread mmap 65536 100000; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" \
		KMEMU_OPTIONS="contig=warn contig.calls=pwrite report=line" "$TESTDIR/buffers_stack" $how
	lines 1 "$TMP/err" '^pwrite\(fd [0-9]+, 0x[0-9a-f]+, 256\) hands memory on a stack to a device; kmalloc\(\) is needed$'
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="contig=warn contig.calls=pwrite report=line" \
	"$TESTDIR/buffers_stack" 300000
lines 1 "$TMP/err" '^pwrite\(fd [0-9]+, .*hands vmalloc memory'
for how in heap tls others; do
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="contig=warn contig.calls=pwrite" \
		"$TESTDIR/buffers_stack" $how
done
done_ok
