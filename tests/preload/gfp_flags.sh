#!/bin/sh
# Flags of a malloc by gfp= and gfp.rules=: zones, what is refused, a library that
# is loaded later, a file of rules, what is said about rules that are wrong or
# match nothing; that nothing is said of those that are right.
. "$SRCDIR/lib.sh"
run() {
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="$1" "$TESTDIR/gfp_flags" ${2:-}
}
zones() {
	want="small: $1
large: $1
zeroed: $1
aligned: $1
grown: $1
over the cap: $2
grown over the cap: $2
other: $3
other over the cap: $4"
	[ "$(cat "$TMP/out")" = "$want" ] || fail "other zones: $(cat "$TMP/out")"
}
dma='main!dma_*:GFP_DMA|GFP_KERNEL'

run ''
zones NORMAL "vmalloc NORMAL" NORMAL "vmalloc NORMAL"
run 'gfp=GFP_DMA|GFP_KERNEL'
zones DMA "vmalloc DMA" DMA "vmalloc DMA"
run 'gfp=dma|atomic'
zones DMA "vmalloc DMA" DMA "vmalloc DMA"
for flags in atomic nowait noio auto 'kernel|nofail' GFP_KERNEL_ACCOUNT 'kernel|reclaimable'; do
	run "gfp=$flags"
	zones NORMAL "vmalloc NORMAL" NORMAL "vmalloc NORMAL"
done
for rules in "$dma" "$dma;*:kernel" "gfp_flags!other*:kernel;main!*:dma|kernel" \
	"libnothere.so!*:atomic;other_alloc:kernel;dma_*:dma|kernel;*:banana" \
	"*other_alloc:kernel gfp=dma|kernel"; do
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="gfp.rules=$rules" "$TESTDIR/gfp_flags"
	zones DMA "vmalloc DMA" NORMAL "vmalloc NORMAL"
done
# Functions that only hand on are looked through where a rule says so.
through() {
	run "gfp.rules=$1" through
	[ "$(cat "$TMP/out")" = "wrapped: $2
other wrapped: $3
copied: $4" ] || fail "through, $1: $(cat "$TMP/out")"
}
through "$dma" NORMAL NORMAL NORMAL
through "$dma;xmalloc:caller" DMA NORMAL NORMAL
through "$dma;xmalloc:caller;libc.so!*:caller" DMA NORMAL DMA
through "main!*:caller;*:dma|kernel" DMA DMA DMA # libc, which called main
# The first that matches, wins.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="gfp.rules=*:kernel;$dma" "$TESTDIR/gfp_flags"
zones NORMAL "vmalloc NORMAL" NORMAL "vmalloc NORMAL"
run "gfp.rules=$dma" many
run 'gfp=kernel|zero' zero

# What is dropped is said, and what is left: the zone that may be had, too.
fixed() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="gfp=$1 gfp.check=warn report=line" \
		"$TESTDIR/gfp_flags"
	grep -q "Fixing up to gfp: $2\. Fix your code!" "$TMP/err" || fail "$1: $(head -n 2 "$TMP/err")"
	[ "$(grep -c 'Fixing up' "$TMP/err")" -eq "$(grep -c "Fixing up to gfp: $2\." "$TMP/err")" ] ||
		fail "$1: another rest: $(cat "$TMP/err")"
}
fixed 'kernel|GFP_DMA32' '0x1*2*[cd]c0 (GFP_KERNEL[^ ]*)'
fixed 'kernel|GFP_DMA|__GFP_HIGHMEM' '0x1*2*[cd]c1 (GFP_KERNEL|GFP_DMA[^ ]*)'

# A library that comes later, its constructor's malloc among them.
LD_LIBRARY_PATH=$TESTDIR
export LD_LIBRARY_PATH
run 'gfp.rules=plugin_gfp.so!dma_*:dma|kernel' plugin
[ "$(head -n 2 "$TMP/out")" = "plugin's first: DMA
plugin: DMA" ] || fail "a library that was loaded later: $(cat "$TMP/out")"
[ "$(tail -n +3 "$TMP/out" | head -n 1)" = 'small: NORMAL' ] || fail "its rule is of others, too"

# A file.
printf '# flags by caller\nmain!dma_*:\tGFP_DMA | GFP_KERNEL # devices\n\nother_*:kernel; x:y\n' \
	>"$TMP/rules"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="gfp.rules=@$TMP/rules" "$TESTDIR/gfp_flags"
zones DMA "vmalloc DMA" NORMAL "vmalloc NORMAL"
lines 1 "$TMP/err" "^kmemu: gfp.rules: $TMP/rules:4: 'x:y': 'y' is no flag; ignored\$"
lines 1 "$TMP/err" .

# What is wrong is named once, and the verdict is not clean.
wrong() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="verdict=1 $1" "$TESTDIR/gfp_flags"
	lines 1 "$TMP/err" "^kmemu: $2\$"
	lines 1 "$TMP/err" "^kmemu: verdict: unchecked: $3\$"
}
wrong 'gfp=GFP_KERNLE' "gfp=GFP_KERNLE: expected auto or names of GFP flags joined by \\|, &, ~ \
\\('GFP_KERNLE' is no flag, did you mean GFP_KERNEL\\?\\); using kernel" bad-option
wrong 'gfp.rules=main!dma_*' "gfp.rules: 'main!dma_\\*': FUNCTION:FLAGS is expected; ignored" \
	bad-option
wrong 'gfp.rules=:kernel' "gfp.rules: ':kernel': the name of a function is missing; ignored" \
	bad-option
wrong 'gfp.rules=@/nowhere/rules' \
	"gfp.rules: /nowhere/rules: cannot be read \\(no such file, 2\\); ignored" bad-option
wrong 'gfp.rules=main!dma_smal:kernel' "gfp.rules: 'main!dma_smal' matches no function" \
	unmatched-name
wrong 'gfp.rules=*:kernel;main!dma_*:dma' \
	"gfp.rules: 'main!dma_\\*' is behind '\\*', which matches everything" unmatched-name
for rules in 'dma_alloc:dma;main!dma_alloc:kernel' 'main!dma_*:dma;main!dma_alloc:kernel' \
	'main!*:dma;main!dma_alloc:kernel'; do
	wrong "gfp.rules=$rules" \
		"gfp.rules: 'main!dma_alloc' is behind another rule, which matches the same" \
		unmatched-name
done
wrong 'context.functions=hardirq:no_such' "context.functions: 'no_such' matches no function" \
	unmatched-name
wrong 'context.functions=irq:dma_alloc' \
	"context.functions: 'irq:dma_alloc': hardirq:, softirq: or atomic: is expected before it; ignored" \
	bad-option
wrong 'context.functions=softirg:dma_alloc' \
	"context.functions: 'softirg:dma_alloc': did you mean softirq:\\?; ignored" bad-option
expect 0 env LD_PRELOAD="$KMEMU_LIB" \
	KMEMU_OPTIONS='verdict=1 gfp.rules=main!dma_*:dma|kernel context.functions=softirq:dma_*' \
	"$TESTDIR/gfp_flags"
lines 1 "$TMP/err" '^kmemu: verdict: clean$'

# __GFP_NOFAIL waits where the kernel would, and says so.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS='gfp=dma|kernel|nofail gfp.check=off' "$TESTDIR/gfp_flags" wait
lines 1 "$TMP/err" 'page allocation failure: .*, waits until some is freed'

# Of a run with several processes: a name is somebody's, or nobody's.
. "$SRCDIR/kmemu.inc"
expect 0 "$K" run -o 'page_alloc=count gfp.rules=dma_alloc:dma|kernel;*:kernel' -- \
	sh -c "/bin/echo; $TESTDIR/gfp_flags; /bin/echo"
lines 1 "$TMP/err" '^kmemu: verdict: clean$'
lines 1 "$TMP/out" '^large: DMA$'
expect 0 "$K" run -o 'page_alloc=count gfp.rules=no_such:dma|kernel;*:kernel' -- \
	sh -c "/bin/echo; $TESTDIR/gfp_flags; /bin/echo"
lines 1 "$TMP/err" "^kmemu: unchecked: unmatched-name: gfp.rules: 'no_such' matches no function: the rule has no effect; "
lines 1 "$TMP/err" '^kmemu: verdict: unchecked: unmatched-name$'
done_ok
