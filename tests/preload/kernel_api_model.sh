#!/bin/sh
# The device model when things go wrong or meet: each kind is told once, in the kernel's words.
. "$SRCDIR/lib.sh"
expect 0 "$TESTDIR/kernel_api_model"
lines 1 "$TMP/err" 'refcount_t: underflow; use-after-free\.'
lines 1 "$TMP/err" 'refcount_t: addition on 0; use-after-free\.'
lines 1 "$TMP/err" 'refcount_t: decrement hit 0; leaking memory\.'
lines 1 "$TMP/err" "Error: Driver 'driver' is already registered, aborting\.\.\."
lines 1 "$TMP/err" 'Unexpected driver unregister!'
lines 1 "$TMP/err" "sysfs: cannot create duplicate filename 'groups/x'"
lines 1 "$TMP/err" "sysfs: cannot create duplicate filename 'dev/x'"
lines 1 "$TMP/err" "sysfs: cannot create duplicate filename 'root/seen'"
lines 1 "$TMP/err" 'dev_groups dev: device_add_groups\(\) failed'
lines 9 "$TMP/err" '.'
done_ok
