#!/bin/bash
# xz -T2 (large blocks, threads), zstd and bzip2 where present: compressed
# bytes are equal, and what comes out is what went in.
. "$(dirname "$0")/lib.sh"
need xz awk

awk 'BEGIN {
	x = 99
	for (i = 0; i < 120000; i++) {
		x = (x * 1103515245 + 12345) % 2147483648
		printf "%d %x some text that repeats %d\n", i, x, i % 100
	}
}' >"$IN/data"

both_ways() {
	xz -T2 --block-size=2MiB -6 -k -c "$IN/data" >d.xz && xz -T2 -dc d.xz | cmp - "$IN/data" &&
		xz -l --robot d.xz && xz -tv d.xz 2>/dev/null
}
compare_tree both_ways
level9() { xz -9e -c "$DATA/work.cpp" >c.xz && xz -dc c.xz | cmp - "$DATA/work.cpp"; }
compare_tree level9
printf 'no xz file' >"$IN/bad.xz"
compare -s 1 xz -t "$IN/bad.xz"

more() {
	! command -v zstd >/dev/null || zstd -q -T2 -12 -c "$IN/data" | zstd -dc | md5sum
	! command -v bzip2 >/dev/null || bzip2 -c "$IN/data" | bzip2 -dc | md5sum
}
compare more
