#!/bin/bash
# The stress with options that change how the heap works: each call counted and
# summed up at exit, areas not used again until a purge, memory given back at
# once and no guards, per-CPU slots by the guarded way.
. "$(dirname "$0")/lib.sh"
share 4
stress KMEMU_SUMMARY=1 KMEMU_LOG="$T/log"
[ -s "$T/log" ] || fail "KMEMU_SUMMARY=1 left nothing in KMEMU_LOG"
stress KMEMU_VMALLOC_LAZY=1
stress KMEMU_PURGE_MS=0 KMEMU_VMALLOC_GUARD=0
stress KMEMU_PERCPU=guarded KMEMU_KMALLOC_MAX=1M
