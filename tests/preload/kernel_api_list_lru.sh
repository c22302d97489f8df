#!/bin/sh
# <linux/list_lru.h>: by gcc and clang, with contexts checked and nothing left over.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_list_lru"
each_compiler tests/preload/kernel_api_list_lru.c quiet env KMEMU_CONTEXT=warn KMEMU_LEAK=count
done_ok
