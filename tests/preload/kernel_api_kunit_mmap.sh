#!/bin/sh
# See kernel_api_kunit_mmap.c.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_kunit_mmap"
lines 3 "$TMP/out" '^ *ok [1-3] (copies|is_gone|refused)$'
lines 1 "$TMP/out" '^ok 1 vm_mmap$'
each_compiler tests/preload/kernel_api_kunit_mmap.c quiet
done_ok
