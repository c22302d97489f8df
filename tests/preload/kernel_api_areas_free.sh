#!/bin/sh
# Free places and mappings made under mmap_lock, by gcc and clang; without the lock it is
# told, and advice where a driver's file is mapped is refused.
. "$SRCDIR/lib.sh"
checked() {
	quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count "$@"
}
checked "$TESTDIR/kernel_api_areas_free"
each_compiler tests/preload/kernel_api_areas_free.c checked
cat >"$TMP/unlocked.c" <<'C'
#include <linux/mm.h>
int main(void)
{
	unsigned long populate;

	do_mmap(NULL, 0, 0, 0, 0, 0, 0, &populate, NULL);
	return 0;
}
C
cc -Wall -Wextra -Werror -I"$SRCDIR/../../include" -o "$TMP/unlocked" "$TMP/unlocked.c" \
	"$BUILDDIR/libkmemu.a" -pthread || fail "unlocked does not compile"
expect 0 "$TMP/unlocked"
lines 1 "$TMP/err" 'WARNING at .*include/linux/rwsem.h:[0-9]+'
done_ok
