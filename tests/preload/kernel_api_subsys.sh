#!/bin/sh
# A second bus of one name is refused, with the kernel's two lines about it.
. "$SRCDIR/lib.sh"
expect 0 "$TESTDIR/kernel_api_subsys"
lines 1 "$TMP/err" "sysfs: cannot create duplicate filename '/bus/unit'$"
lines 1 "$TMP/err" 'kobject: kobject_add_internal failed for unit with -EEXIST'
lines 2 "$TMP/err" '.'
done_ok
