#!/bin/sh
# run: timeout=180
# <kmemu/annotate.h>: found in every kind of executable that can be preloaded, nothing
# in those that cannot, no warning in C and C++ by gcc and clang.
. "$SRCDIR/lib.sh"
warn() {
	expect 0 env KMEMU_CONTEXT=warn LD_PRELOAD="$KMEMU_LIB" "$@"
}
found() {
	warn "$program" "$1"
	lines 1 "$TMP/err" "kmalloc\(100, GFP_KERNEL\) may sleep, $2"
	lines 1 "$TMP/err" .
}

program=$TESTDIR/annotate
found lock 'with spinlock 0x[0-9a-f]+ held; GFP_ATOMIC is needed'
found atomic 'with preemption disabled; GFP_ATOMIC is needed'
found hardirq 'in a hard interrupt; GFP_ATOMIC is needed'
found softirq 'in a softirq; GFP_ATOMIC is needed'
found non-block 'in a non-blocking section; GFP_ATOMIC is needed'
warn "$program" odd
lines 1 "$TMP/err" '^KMEMU_HARDIRQ_EXIT without KMEMU_HARDIRQ_ENTER$'
lines 1 "$TMP/err" '^KMEMU_IGNORE_EXIT without KMEMU_IGNORE_ENTER$'
warn "$program" left
lines 1 "$TMP/err" '^a thread ends with preempt_disable 0x[0-9a-f]+ in force$'
lines 1 "$TMP/err" "^do_exit\(\) may sleep, with preemption disabled$"
lines 3 "$TMP/err" . # puts() comes before the end
for what in none ignored after; do
	quiet env KMEMU_CONTEXT=warn LD_PRELOAD="$KMEMU_LIB" "$program" $what
done
quiet env LD_PRELOAD="$KMEMU_LIB" "$program" lock
quiet "$program" lock

cp tests/preload/annotate.c "$TMP/annotate.cc"
for cc in gcc clang g++ clang++; do
	have $cc || continue
	f=tests/preload/annotate.c
	case $cc in
	*++)
		f=$TMP/annotate.cc
		printf '%s\n' '#include <kmemu/annotate.h>' 'int lock;' 'void f(); void f()' \
			'{ kmemu::spin_locked g(&lock); KMEMU_HARDIRQ_ENTER(); KMEMU_HARDIRQ_EXIT(); }' \
			>"$TMP/strict.cc"
		strict='-Wold-style-cast -Wzero-as-null-pointer-constant -Wconversion -Wshadow'
		for std in c++11 c++20; do
			# shellcheck disable=SC2086
			$cc -std=$std -Wall -Wextra -pedantic -Werror $strict -Iinclude -c "$TMP/strict.cc" \
				-o "$TMP/strict.o" 2>"$TMP/cc" || fail "$cc $std: $(head -n 3 "$TMP/cc")"
		done
		;;
	esac
	for how in -O0 "-O2 -no-pie -fno-pie" "-O2 $KMEMU_LIB -Wl,-rpath,$BUILDDIR" -static -static-pie; do
		program=$TMP/program
		$cc -Wall -Wextra -pedantic -Werror -I. $f $how -o "$program" 2>"$TMP/cc" ||
			fail "$cc $how: $(head -n 3 "$TMP/cc")"
		[ -x "$program" ] || continue
		case $how in
		-static*) quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_CONTEXT=warn "$program" lock ;;
		*) found lock 'with spinlock 0x[0-9a-f]+ held' ;;
		esac
		quiet "$program" lock
		rm -f "$program"
	done
done

# With the kernel's API in the same static program, it is that one.
cat >"$TMP/mixed.c" <<'C'
#include <kmemu/annotate.h>
#include <linux/preempt.h>
#include <linux/slab.h>
int main(void)
{
	KMEMU_HARDIRQ_ENTER();
	kfree(kmalloc(10, in_hardirq() ? GFP_KERNEL : GFP_ATOMIC));
	KMEMU_HARDIRQ_EXIT();
	return in_interrupt() != 0;
}
C
for how in "" -static; do
	gcc -Wall -Wextra -Werror -Iinclude "$TMP/mixed.c" -o "$TMP/mixed" "$BUILDDIR/libkmemu.a" \
		-pthread $how 2>"$TMP/cc" || fail "mixed $how: $(head -n 3 "$TMP/cc")"
	expect 0 env KMEMU_CONTEXT=warn "$TMP/mixed"
	lines 1 "$TMP/err" 'kmalloc\(10, GFP_KERNEL\) may sleep, in a hard interrupt'
done
done_ok
