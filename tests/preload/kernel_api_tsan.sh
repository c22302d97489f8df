#!/bin/sh
# run: timeout=120
# A program that is built with ThreadSanitizer has its shadow where the emulated memory
# would be: it is told so, and what to link.
. "$SRCDIR/lib.sh"
include=$SRCDIR/../../include

cat >"$TMP/one.c" <<'C'
#include <linux/module.h>
#include <linux/slab.h>

static int __init one_init(void)
{
	void *p = kmalloc(64, GFP_KERNEL);

	kfree(p);
	return p ? 0 : -ENOMEM;
}
module_init(one_init);
C
for cc in gcc clang; do
	"$cc" -fsanitize=thread -g -I"$include" "$TMP/one.c" "$BUILDDIR/libkmemu.a" -pthread \
		-o "$TMP/one" || fail "$cc: does not compile"
	expect 1 "$TMP/one"
	lines 1 "$TMP/err" '^kmemu: .*ThreadSanitizer.*make SANITIZE=thread'
	lines 1 "$TMP/err" 'init returned -12 \(ENOMEM\)'
	"$cc" -g -I"$include" "$TMP/one.c" "$BUILDDIR/libkmemu.a" -pthread -o "$TMP/one" ||
		fail "$cc: does not compile"
	expect 0 "$TMP/one"
	lines 0 "$TMP/err" .
done
done_ok
