#!/bin/sh
# run: timeout=60
# Memory that a shrinker gives to call_rcu() is waited for before an allocation fails.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_reclaim"
quiet env KMEMU_OPTIONS='mem=4M context=warn page_alloc=warn' "$TESTDIR/kernel_api_reclaim"
expect 1 env KMEMU_OPTIONS=mem=4M "$TESTDIR/kernel_api_reclaim" shrinks=0
done_ok
