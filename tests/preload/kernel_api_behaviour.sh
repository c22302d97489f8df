#!/bin/sh
# What a 6.12 was seen to answer, by gcc and clang without a warning. Five lines are told:
# names of devices that are there already, and probes that fail.
. "$SRCDIR/lib.sh"
told() {
	expect 0 "$@"
	lines 8 "$TMP/err" '.'
	lines 2 "$TMP/err" 'behaves dev: probe with driver behaves failed with error -5'
	lines 2 "$TMP/err" "sysfs: cannot create duplicate filename 'a'"
	lines 1 "$TMP/err" "sysfs: cannot create duplicate filename 'b'"
}
told "$TESTDIR/kernel_api_behaviour"
each_compiler tests/preload/kernel_api_behaviour.c told env KMEMU_CONTEXT=warn
done_ok
