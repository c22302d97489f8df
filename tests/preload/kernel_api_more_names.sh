#!/bin/sh
# Less common names, by gcc and clang, with contexts and the order of locks checked and
# nothing left over. A module whose functions are init_module and cleanup_module.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_more_names"
each_compiler tests/preload/kernel_api_more_names.c quiet env KMEMU_CONTEXT=warn \
	KMEMU_CONTEXT_LOCKORDER=warn KMEMU_LEAK=count

cat >"$TMP/plain.c" <<'C'
#include <linux/module.h>
static int fails;
module_param(fails, int, 0);
int init_module(void)
{
	pr_info("init\n");
	return fails ? -EBUSY : 0;
}
void cleanup_module(void)
{
	pr_info("exit\n");
}
MODULE_LICENSE("GPL");
C
for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	$cc -Wall -Wextra -Werror -I"$SRCDIR/../../include" -o "$TMP/plain" "$TMP/plain.c" \
		"$BUILDDIR/libkmemu.a" -pthread || fail "plain does not compile by $cc"
	expect 0 "$TMP/plain"
	lines 1 "$TMP/err" '\] init$'
	lines 1 "$TMP/err" '\] exit$'
	expect 1 "$TMP/plain" fails=1
	lines 1 "$TMP/err" 'plain: init returned -16 \(EBUSY\)'
	lines 0 "$TMP/err" '\] exit$'
done
done_ok
