#!/bin/sh
# Groups of resources, links in sysfs and listeners of a bus in kernel code, by gcc and
# clang without a warning, with contexts checked. Three lines are told: a group that is not
# there, a name that is, and one that the program prints.
. "$SRCDIR/lib.sh"
told() {
	expect 0 "$@"
	lines 3 "$TMP/err" '.'
	lines 1 "$TMP/err" 'WARNING.*at drivers/base/devres\.c:698'
	lines 1 "$TMP/err" "sysfs: cannot create duplicate filename 'b/value'"
	lines 1 "$TMP/err" '\(NULL device \*\): told 1'
}
expect 0 "$TESTDIR/kernel_api_groups"
each_compiler tests/preload/kernel_api_groups.c told env KMEMU_CONTEXT=warn
done_ok
