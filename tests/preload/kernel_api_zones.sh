#!/bin/sh
# Zones and the node of kernel code, by gcc and clang without a warning; show_mem() is Mem-Info.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_zones"
quiet env KMEMU_OPTIONS='mem=8G' "$TESTDIR/kernel_api_zones"
quiet env KMEMU_OPTIONS='frag=5 mem=8G' "$TESTDIR/kernel_api_zones"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_zones"
each_compiler tests/preload/kernel_api_zones.c quiet
expect 0 "$TESTDIR/kernel_api_zones" show
lines 1 "$TMP/err" 'Mem-Info:$'
lines 3 "$TMP/err" 'Node 0 [A-Z0-9a-z]* free:[0-9]*kB'
lines 1 "$TMP/err" 'Node 0 Normal: .*kB$'
lines 1 "$TMP/err" '[0-9]* pages RAM$'
done_ok
