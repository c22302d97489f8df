#!/bin/sh
# Page tables of kernel code, by gcc and clang without a warning; with contexts checked nothing
# is found, and nothing stays; an entry that cannot be set is told of.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_pgtable"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_pgtable"
each_compiler tests/preload/kernel_api_pgtable.c quiet
libs="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
leaves_nothing() {
	expect 0 env KMEMU_CONTEXT=warn "$BUILDDIR/kmemu" run -v "$1"
	lines 1 "$TMP/err" '^kmemu: verdict: clean'
	! grep 'alive at exit' "$TMP/err" || fail "$(grep -A 3 'alive at exit' "$TMP/err")"
}
each_compiler tests/preload/kernel_api_pgtable.c leaves_nothing
cat >"$TMP/refused.c" <<'C'
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
int main(void)
{
	unsigned long addr = (unsigned long)vmalloc(10);
	pte_t *pte = virt_to_kpte(addr), was = *pte;

	set_pte(pte, __pte(0));
	return !pte_same(*pte, was) || *(char *)addr;
}
C
${CC:-cc} -Iinclude -Wall -Wextra -Werror -o "$TMP/refused" "$TMP/refused.c" \
	"$BUILDDIR/libkmemu.a" -pthread || fail "does not compile"
expect 0 "$TMP/refused"
lines 1 "$TMP/err" 'kmemu: the entry of the page at 0x[0-9a-f]* cannot be set: error -22$'
done_ok
