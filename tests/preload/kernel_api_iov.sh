#!/bin/sh
# <linux/uio.h> and files that are read by iterators: by gcc and clang, with contexts checked,
# and nothing is left over. Four mistakes are WARNs, as in the kernel.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_iov"
expect 0 "$TESTDIR/kernel_api_iov" mistakes=1
lines 1 "$TMP/err" 'an iterator is a source \(WRITE\) or a destination \(READ\)'
lines 1 "$TMP/err" 'copy_to_iter\(\): the iterator is a source \(WRITE\)'
lines 1 "$TMP/err" 'copy_from_iter\(\): the iterator is a destination \(READ\)'
lines 1 "$TMP/err" '97 bytes at 4000 are more than the page has'
each_compiler tests/preload/kernel_api_iov.c quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count
done_ok
