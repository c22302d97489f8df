#!/bin/bash
# The stress under an address space limit of the system's: mmap fails now and
# then, in the library and in libc (stacks of threads), NULL is allowed; and
# with signals seven times as often. Stacks that libc keeps count to the limit,
# so what can be had at the end is not compared.
. "$(dirname "$0")/lib.sh"
share 3
(ulimit -v 250000; stress STRESS_NULL_OK=1 STRESS_CAPACITY=0 STRESS_LIVE_MB=200) || exit 1
(ulimit -v 120000; stress STRESS_NULL_OK=1 STRESS_CAPACITY=0 STRESS_LIVE_MB=200) || exit 1
stress STRESS_SIGNAL_US=150
