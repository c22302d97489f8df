#!/bin/sh
# One request for more than all of mem= is refused and told, in the kernel's
# words; without mem= a request for petabytes is refused and no finding.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
compile exceeds <<'C' || skip "no C compiler"
#include <errno.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	return malloc(strtoul(argv[1], NULL, 0)) || errno != ENOMEM;
}
C
expect 0 "$K" -o mem=64M "$TMP/exceeds" 104857600
verdict findings=1
lines 1 "$TMP/err" 'exceeds: vmalloc error: size 104857600, exceeds total pages, mode:0xcc0\(GFP_KERNEL\), nodemask='
lines 1 "$TMP/err" '^kmemu: page-alloc-failure-[0-9a-f]{16} at main\+'
lines 1 "$TMP/err" ' Mem-Info:$'
expect 0 "$K" -o 'mem=64M oom=kill' "$TMP/exceeds" 104857600
verdict findings=1
expect 0 "$K" "$TMP/exceeds" 0x10000000000000
verdict clean
done_ok
