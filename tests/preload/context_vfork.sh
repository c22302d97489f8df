#!/bin/sh
# Entries of a vfork child are its own, wherever they stand; libgcc's unwinder calls
# for itself.
# run: x86_64
. "$SRCDIR/lib.sh"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="context=warn report.dedup=0" \
	"$TESTDIR/context_vfork"
grep -c 'kmalloc(40, GFP_KERNEL) may sleep, with spinlock' "$TMP/err" | grep -qx 1 ||
	fail "not one allocation: $(cat "$TMP/err")"
grep -v -e 'kmalloc(40, GFP_KERNEL) may sleep' -e 'vfork() may sleep' "$TMP/err" &&
	fail "said more"
quiet "$TESTDIR/context_vfork"
done_ok
