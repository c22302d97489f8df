#!/bin/sh
# <linux/proc_fs.h>: by gcc and clang, with contexts checked and nothing left over;
# mistakes are WARNs, as in the kernel.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_proc"
expect 0 "$TESTDIR/kernel_api_proc" mistakes=1
lines 1 "$TMP/err" "proc_dir_entry 'kt/value' already registered"
lines 1 "$TMP/err" "name 'nowhere/value'"
lines 1 "$TMP/err" "name '\.\.'"
lines 1 "$TMP/err" "name 'nothing'"
lines 1 "$TMP/err" "removing non-empty directory 'driver'"
each_compiler tests/preload/kernel_api_proc.c quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count
done_ok
