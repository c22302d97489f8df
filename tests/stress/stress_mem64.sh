#!/bin/bash
# The stress in 64 MiB of emulated memory, less than it wants: NULL with ENOMEM
# is allowed, wrong contents are not, and at the end as much can be had as at
# the start.
. "$(dirname "$0")/lib.sh"
share 2
stress KMEMU_MEM=64M STRESS_NULL_OK=1
stress KMEMU_MEM=64M STRESS_NULL_OK=1 GLIBC_TUNABLES=glibc.pthread.rseq=0
