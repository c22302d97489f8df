#!/bin/sh
# run: timeout=180
# dma_debug=: what fails, what is not looked at, what one driver alone is told of;
# on libkmemu.a too, and by other compilers. Each case and its twin with a whole
# report are in report_kinds.sh.
. "$SRCDIR/lib.sh"
program=$TESTDIR/report_dma
export LD_PRELOAD="$KMEMU_LIB"
cases=$(sed -n 's/^	{ "\(dma-[a-z-]*\)", .* },$/\1/p' "$SRCDIR/report_dma.c")
[ "$(echo "$cases" | wc -l)" -ge 30 ] || fail "cases are missing: $cases"

# One line each; off and for another driver: none. A mapping that cannot be made fails.
for name in $cases; do
	case $name in
	dma-mask-overflow) export KMEMU_SWIOTLB=noforce ;;
	*) unset KMEMU_SWIOTLB ;;
	esac
	expect 0 "$program" $name
	n=$(wc -l <"$TMP/err")
	case $name in
	dma-sync-readonly | dma-sync-writeonly) [ $n -eq 2 ] ;;
	*) [ $n -eq 1 ] ;;
	esac || fail "$name: $n lines: $(cat "$TMP/err")"
	[ $name = dma-pool-free ] || [ $name = dma-pool-bad ] || quiet env KMEMU_DMA_DEBUG=off "$program" $name
	quiet env KMEMU_DMA_DEBUG_DRIVER=other "$program" $name
	expect 0 env KMEMU_DMA_DEBUG_DRIVER=nic "$program" $name
	[ -s "$TMP/err" ] || fail "$name: dma_debug_driver=nic says nothing"
	quiet env KMEMU_DMA_DEBUG=fail "$program" $name mended
done
unset KMEMU_SWIOTLB

# fail: what is mapped twice, or too long, is not mapped; the program's CHECK says so.
for name in dma-overlap dma-exceeded dma-segment dma-boundary dma-objects dma-objects-list dma-free \
	dma-free-page; do
	expect 1 env KMEMU_DMA_DEBUG=fail "$program" $name
done
for name in dma-vmalloc dma-not-mapped dma-direction dma-in-flight dma-leak dma-pool-free; do
	expect 0 env KMEMU_DMA_DEBUG=fail "$program" $name
done
quiet env KMEMU_DEBUG_VIRTUAL=off "$program" not-linear
quiet env KMEMU_SWIOTLB=force KMEMU_DMA_DEBUG=fail "$program" dma-size mended

# The verdict names the kind.
expect 0 "$BUILDDIR/kmemu" run "$program" dma-unchecked
grep -q 'dma-unchecked' "$TMP/err" || fail "no verdict of the kind: $(cat "$TMP/err")"
unset LD_PRELOAD

for cc in gcc clang; do
	have $cc || continue
	$cc -O2 -g -Wall -Wextra -Werror -Wno-use-after-free -Wno-unknown-warning-option -Iinclude \
		tests/preload/report_dma.c -o "$TMP/t" "$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
		fail "$cc: $(head -n 3 "$TMP/cc")"
	[ -x "$TMP/t" ] || continue
	quiet "$TMP/t" dma-in-flight mended
	expect 0 env KMEMU_REPORT=full "$TMP/t" dma-in-flight
	grep -q 'kmemu: dma-in-flight-.*, at in_flight' "$TMP/err" ||
		fail "$cc: it does not say who freed: $(tail -n 1 "$TMP/err")"
	expect 0 "$TMP/t" dma-rodata
	lines 1 "$TMP/err" 'kernel text or rodata'
done
done_ok
