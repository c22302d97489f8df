#!/bin/sh
# Mappings of the program's that kernel code looks for, by both ways that the system tells
# them, by gcc and clang; without mmap_lock it is told as the kernel tells it.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_vmas"
quiet "$TESTDIR/kernel_api_vmas" text
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_vmas"
each_compiler tests/preload/kernel_api_vmas.c quiet
expect 0 "$TESTDIR/kernel_api_vmas" unlocked
lines 1 "$TMP/err" 'WARNING at include/linux/rwsem.h:[0-9]+'
done_ok
