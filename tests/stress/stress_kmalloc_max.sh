#!/bin/bash
# The stress with the smallest and the largest cap: almost all large blocks
# from vmalloc, and almost all from the page allocator.
. "$(dirname "$0")/lib.sh"
share 2
stress KMEMU_KMALLOC_MAX=8K
stress KMEMU_KMALLOC_MAX=4M
