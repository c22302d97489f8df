#!/bin/sh
# <linux/irq_work.h>: by gcc and clang, with contexts checked; a function that sleeps, and
# a sync with interrupts off, are told.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_irq_work"
each_compiler tests/preload/kernel_api_irq_work.c quiet env KMEMU_CONTEXT=warn
cat >"$TMP/sleeps.c" <<'C'
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/slab.h>
static void sleeps(struct irq_work *work)
{
	(void)work;
	kfree(kmalloc(8, GFP_KERNEL));
}
static DEFINE_IRQ_WORK(work, sleeps);
static int __init sleeps_init(void)
{
	irq_work_queue(&work);
	local_irq_disable();
	irq_work_sync(&work);
	local_irq_enable();
	return 0;
}
module_init(sleeps_init);
C
${CC:-cc} -g -Wall -Iinclude "$TMP/sleeps.c" -o "$TMP/sleeps" "$BUILDDIR/libkmemu.a" -pthread
expect 0 env KMEMU_CONTEXT=warn "$TMP/sleeps"
grep -q 'kmalloc(8, GFP_KERNEL) may sleep, in a hard interrupt' "$TMP/err" ||
	fail "kmalloc: $(cat "$TMP/err")"
grep -q 'irq_work_sync' "$TMP/err" || fail "irq_work_sync: $(cat "$TMP/err")"
done_ok
