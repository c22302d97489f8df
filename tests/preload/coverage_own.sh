#!/bin/sh
# What kmemu itself allocates, by looking names up at start and exit, is neither
# covered nor alive: a program without a malloc has none.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
compile none <<'C' || skip "no C compiler"
int main(void)
{
	return 0;
}
C
compile three <<'C' || skip "no C compiler"
#include <stdlib.h>
int main(void)
{
	free(malloc(500));
	return !(malloc(500) && malloc(500));
}
C
expect 0 "$K" -v "$TMP/none"
verdict clean
lines 0 "$TMP/err" 'alive at exit'
lines 1 "$TMP/err" 'coverage: allocations: 0; frees: 0; large blocks: 0; .*processes: 1 checked'
expect 0 "$K" -v "$TMP/three"
verdict clean
lines 2 "$TMP/err" 'alive at exit'
lines 2 "$TMP/err" 'alive at exit: 512 bytes in 1 block from main\+'
lines 1 "$TMP/err" 'coverage: allocations: 3; frees: 1; large blocks: 0; .*processes: 1 checked'
done_ok
