#!/bin/sh
# Where context.functions names the program's functions, or everything, nothing is told of
# what the library itself allocates to read their names.
. "$SRCDIR/lib.sh"
LD_LIBRARY_PATH=$TESTDIR
export LD_LIBRARY_PATH
named() { # functions, options
	expect 0 env LD_PRELOAD="$KMEMU_LIB" \
		KMEMU_OPTIONS="context=warn report=line report.dedup=0 context.functions=$1 ${2:-}" \
		"$TESTDIR/context_names"
	lines 2 "$TMP/err" 'kmalloc\(100, GFP_KERNEL\) may sleep, in .* by context.functions'
	lines 0 "$TMP/err" 'kmalloc\((4|64|4096), '
	lines 0 "$TMP/err" 'libkmemu|libelf'
}
named atomic:works
named atomic:works scope=all
named 'softirq:plugin_*,hardirq:works'
named 'hardirq:*'
named 'hardirq:*' scope=all
quiet "$TESTDIR/context_names"
done_ok
