#!/bin/sh
# <linux/uio.h> and files that are read by iterators: by gcc and clang, with contexts checked,
# and nothing is left over. Four mistakes are WARNs, as in the kernel; a copy to a program
# under a spinlock is told, one to the kernel's memory is not.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
quiet "$TESTDIR/kernel_api_iov"
expect 0 "$TESTDIR/kernel_api_iov" mistakes=1
lines 1 "$TMP/err" 'an iterator is a source \(WRITE\) or a destination \(READ\)'
lines 1 "$TMP/err" 'copy_to_iter\(\): the iterator is a source \(WRITE\)'
lines 1 "$TMP/err" 'copy_from_iter\(\): the iterator is a destination \(READ\)'
lines 1 "$TMP/err" '97 bytes at 4000 are more than the page has'
expect 0 "$K" run "$TESTDIR/kernel_api_iov" atomic=1
verdict 'findings=1'
lines 1 "$TMP/err" 'BUG: sleeping function called from invalid context at under_a_lock\+'
lines 1 "$TMP/err" 'in_atomic\(\): 1, irqs_disabled\(\): 0'
n=$(grep -n 'HERE' tests/preload/kernel_api_iov.c | cut -d: -f1)
lines 1 "$TMP/err" "^kmemu: sleep-in-atomic-[0-9a-f]* at under_a_lock.*/kernel_api_iov\.c:$n\)"
libs="$KMEMU_LIB $BUILDDIR/libkmemu.a -Wl,-rpath,${KMEMU_LIB%/*}"
each_compiler tests/preload/kernel_api_iov.c quiet
libs=
each_compiler tests/preload/kernel_api_iov.c quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count
done_ok
