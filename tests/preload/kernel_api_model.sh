#!/bin/sh
# The device model when things go wrong or meet: each kind is told once, in the kernel's words.
. "$SRCDIR/lib.sh"
expect 0 "$TESTDIR/kernel_api_model"
lines 1 "$TMP/err" 'refcount_t: underflow; use-after-free\.'
lines 1 "$TMP/err" 'refcount_t: addition on 0; use-after-free\.'
lines 1 "$TMP/err" 'refcount_t: decrement hit 0; leaking memory\.'
lines 3 "$TMP/err" '.'
done_ok
