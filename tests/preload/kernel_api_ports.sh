#!/bin/sh
# Registers, ranges of addresses and numbers of devices in kernel code, by gcc and clang
# without a warning; with contexts checked nothing is found.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_ports"
quiet env KMEMU_CONTEXT=warn "$TESTDIR/kernel_api_ports"
each_compiler tests/preload/kernel_api_ports.c quiet
done_ok
