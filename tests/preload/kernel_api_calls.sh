#!/bin/sh
# Functions that are called on other CPUs: by gcc and clang, with contexts checked; one that
# sleeps is told of there, and who calls with interrupts off is warned.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_calls"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_calls"
cat >"$TMP/wrong.c" <<'EOF'
#include <linux/cpumask.h>
#include <linux/irqflags.h>
#include <linux/slab.h>
#include <linux/smp.h>

static void sleeps(void *info)
{
	kfree(kmalloc(*(int *)info, GFP_KERNEL));
}

static void nothing(void *info)
{
	(void)info;
}

int main(void)
{
	unsigned long flags;
	int size = 100, other = smp_processor_id() ? 0 : 1;

	smp_call_function_single(other, sleeps, &size, 1);
	local_irq_save(flags);
	smp_call_function_single(other, nothing, NULL, 1);
	local_irq_restore(flags);
	return 0;
}
EOF
for cc in gcc clang; do
	have $cc || continue
	for source in tests/preload/kernel_api_calls.c "$TMP/wrong.c"; do
		$cc -O2 -g -Wall -Wextra -Werror -Iinclude -Itests/preload "$source" -o "$TMP/t" \
			"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
			fail "$cc: $(head -n 3 "$TMP/cc")"
		[ -x "$TMP/t" ] || continue
		case $source in
		*wrong.c)
			[ "$(nproc)" -gt 1 ] || continue
			expect 0 env KMEMU_CONTEXT=warn "$TMP/t"
			lines 1 "$TMP/err" 'kmalloc\(100, GFP_KERNEL\) may sleep, in a hard interrupt'
			lines 1 "$TMP/err" 'WARNING at kernel/smp\.c:652' ;;
		*) quiet "$TMP/t" ;;
		esac
		rm -f "$TMP/t"
	done
done
done_ok
