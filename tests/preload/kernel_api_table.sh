#!/bin/sh
# run: timeout=180
# Kernel code under context=warn, on libkmemu.a and on libkmemu.so, by gcc and by
# clang: in every context the flags that it takes are silent, the others are found
# once, with the flags that are needed.
. "$SRCDIR/lib.sh"
export KMEMU_CONTEXT=warn
here='-Iinclude tests/preload/kernel_api_table.c'
atomic='spin spin-bh spin-irq raw read write preempt bh irqs-off hardirq softirq nmi rcu non-block'

# silent CONTEXT WHAT...: no line. found CONTEXT WHAT PATTERN: one, and this.
silent() {
	quiet "$program" "$@"
}
found() {
	expect 0 "$program" "$1" "$2"
	one "$3"
}
one() {
	[ "$(wc -l <"$TMP/err")" -eq 1 ] && grep -Eq -- "$1" "$TMP/err" ||
		fail "$program: not one line '$1': $(head -n 3 "$TMP/err")"
}

table() {
	silent task kernel atomic nowait nofs dma-kernel dma-atomic pages-kernel pages-atomic \
		cache-kernel cache-atomic vfree vmalloc kvfree kvmalloc-large vfree-atomic might-sleep
	found task cant-sleep 'cant_sleep\(\), but nothing here forbids to sleep'
	for c in $atomic; do
		silent $c atomic nowait dma-atomic pages-atomic cache-atomic vfree-atomic
		expect 0 "$program" $c kernel nofs dma-kernel pages-kernel cache-kernel vfree vmalloc \
			kvfree kvmalloc-large might-sleep
		lines 10 "$TMP/err" '\) may sleep, (in|with) '
		lines 1 "$TMP/err" 'kmalloc\(100, GFP_KERNEL\) may sleep, .*; GFP_ATOMIC is needed'
		lines 1 "$TMP/err" 'kzalloc\(100, GFP_NOFS\|__GFP_ZERO\) .*; GFP_ATOMIC is needed'
		lines 1 "$TMP/err" 'GFP_KERNEL\|GFP_DMA\) may .*; GFP_DMA\|GFP_ATOMIC is needed'
		lines 1 "$TMP/err" 'alloc_pages\(8192, GFP_KERNEL\) may sleep, .*; GFP_ATOMIC'
		lines 1 "$TMP/err" 'kmem_cache_alloc\(48, GFP_KERNEL\) may sleep, .*; GFP_ATOMIC'
		lines 1 "$TMP/err" '^vmalloc\(9000\) may sleep, .*no flag helps'
		lines 1 "$TMP/err" 'kvmalloc\(300000\) may sleep, .*no flag helps'
		lines 2 "$TMP/err" 'vfree\(0x[0-9a-f]+\) may sleep'
		lines 1 "$TMP/err" 'might_sleep\(\) may sleep'
	done
}

program=$TESTDIR/kernel_api_table
table
[ $failed -eq 0 ] || done_ok
for c in $atomic; do
	case $c in
	rcu | non-block) found $c cant-sleep 'cant_sleep' ;;
	*) silent $c cant-sleep ;;
	esac
done
found spin kernel 'with spinlock 0x[0-9a-f]+ held'
found raw kernel 'with raw spinlock 0x[0-9a-f]+ held'
found read kernel 'with rwlock 0x[0-9a-f]+ held'
found hardirq kernel 'in a hard interrupt'
found softirq kernel 'in a softirq'
found bh kernel 'with bottom halves disabled'
found irqs-off kernel 'with interrupts off'
found preempt kernel 'with preemption disabled'
found nmi kernel 'in an NMI'
found rcu kernel 'in an RCU read-side section'
found non-block kernel 'in a non-blocking section'

# fail: NULL, and what frees does nothing.
for what in kernel vmalloc pages-kernel cache-kernel kvmalloc-large; do
	expect 1 env KMEMU_CONTEXT=fail "$program" spin $what
done
expect 0 env KMEMU_CONTEXT=fail "$program" spin atomic
expect 0 env KMEMU_CONTEXT=fail "$program" spin vfree
quiet env KMEMU_CONTEXT=off "$program" spin kernel

# vfree in interrupt context, as 6.12 has it
export KMEMU_CONTEXT_VFREE=defer
silent hardirq vfree
silent bh kvfree
found spin vfree vfree
found nmi vfree vfree
unset KMEMU_CONTEXT_VFREE

# PREEMPT_RT: what sleeps there, and what GFP_ATOMIC does not help
export KMEMU_PREEMPT=rt
for c in task spin spin-bh spin-irq read write bh softirq; do
	silent $c kernel vfree vmalloc might-sleep
done
for c in raw preempt irqs-off hardirq nmi; do
	expect 0 "$program" $c kernel atomic might-sleep
	lines 3 "$TMP/err" 'may sleep'
done
unset KMEMU_PREEMPT

# The same file by other compilers, and on the object that takes malloc over.
for cc in gcc clang; do
	have $cc || continue
	for opt in -O0 -O2; do
		program=$TMP/$cc$opt
		$cc $opt -g -Wall -Wextra -Werror $here -o "$program" "$KMEMU_LIB" \
			-Wl,-rpath,"${KMEMU_LIB%/*}" 2>"$TMP/cc" ||
			fail "$cc $opt: $(head -n 3 "$TMP/cc")"
		[ -x "$program" ] || continue
		silent spin atomic
		for c in spin spin-irq hardirq rcu; do
			expect 0 "$program" $c kernel cache-kernel vfree
			lines 3 "$TMP/err" 'may sleep'
			lines 2 "$TMP/err" '; GFP_ATOMIC is needed'
		done
	done
done
program=$TMP/gcc-O0
[ -x "$program" ] || program=$TMP/clang-O0
table
done_ok
