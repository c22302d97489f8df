#!/bin/sh
# Functions that a program has instead of the library's: by gcc and clang, the library
# preloaded as well, with contexts checked and nothing left over.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_own_functions"
each_compiler tests/preload/kernel_api_own_functions.c quiet env KMEMU_CONTEXT=warn \
	KMEMU_CONTEXT_LOCKORDER=warn KMEMU_LEAK=count
done_ok
