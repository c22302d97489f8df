#!/bin/bash
# The stress without restartable sequences: each thread's own slot, guarded by
# a busy flag, must give the same heap.
. "$(dirname "$0")/lib.sh"
share 2
stress GLIBC_TUNABLES=glibc.pthread.rseq=0
stress GLIBC_TUNABLES=glibc.pthread.rseq=0 STRESS_THREADS=24 STRESS_LIVE_MB=4
