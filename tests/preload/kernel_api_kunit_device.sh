#!/bin/sh
# See kernel_api_kunit_device.c.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_kunit_device"
lines 4 "$TMP/out" '^ *ok [1-4] (device|own_driver|resource|thread)$'
lines 1 "$TMP/out" '^ok 1 kunit_device$'
each_compiler tests/preload/kernel_api_kunit_device.c quiet
done_ok
