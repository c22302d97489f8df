#!/bin/bash
# sort(1) of a million lines: two threads, a buffer that makes it use
# temporary files, numbers, keys, reverse, unique, merge.
. "$(dirname "$0")/lib.sh"
need sort awk

awk 'BEGIN {
	x = 12345
	for (i = 0; i < 1000000; i++) {
		x = (x * 1103515245 + 12345) % 2147483648
		printf "%d key%d\n", x % 1000003, int(x / 7) % 5000
	}
}' >"$IN/lines"

compare sort --parallel=2 "$IN/lines"
compare sort --parallel=2 -S 4M -T "$T" -k2,2 -k1,1nr "$IN/lines"
compare sort -u -n "$IN/lines"
split_merge() {
	split -n l/3 "$IN/lines" part. && sort -o a part.aa &&
		sort -o b part.ab && sort -m a b && uniq -c a | tail -n 1000
}
compare split_merge
