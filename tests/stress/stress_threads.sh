#!/bin/bash
# The stress with many more threads than processors, and with one: the first
# is preempted inside everything, the second finds what needs no company.
. "$(dirname "$0")/lib.sh"
share 2
stress STRESS_THREADS=48 STRESS_LIVE_MB=2
stress STRESS_THREADS=1 STRESS_LIVE_MB=48
