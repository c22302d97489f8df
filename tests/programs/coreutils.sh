#!/bin/bash
# The everyday tools: ls, find, tar, gzip, sed, awk, grep, diff, and what a
# pipe of them gives over a tree of files.
. "$(dirname "$0")/lib.sh"
need ls find tar gzip sed awk grep diff

for d in a b c; do
	mkdir -p "$IN/tree/$d/deep"
	for i in $(seq 100); do
		seq "$i" $((i * 7)) >"$IN/tree/$d/deep/file$i"
	done
done
find "$IN" -exec touch -d '2024-02-03 04:05:06' {} +

walk() {
	ls -lR "$IN/tree" && find "$IN/tree" -name '*7*' -size -3 -printf '%P %s\n' &&
		find "$IN/tree" -type f -print0 | sort -z | xargs -0 cat | md5sum
}
compare walk

archive() {
	tar --sort=name -C "$IN" -cf t.tar tree && tar -tvf t.tar &&
		gzip -9n -k t.tar && gzip -dc t.tar.gz | cmp - t.tar &&
		mkdir x && tar -C x -xzf t.tar.gz && diff -r "$IN/tree" x/tree
}
compare_tree archive

text() {
	seq 200000 >n
	sed -n -e 's/\([0-9]\)\([0-9]*\)/\2\1/p' n | md5sum
	sed -e ':a;N;$!ba;s/\n/ /g' n | wc
	awk '{ a[$1 % 997] = a[$1 % 997] " " $1; n += length($1) }
		END { for (i = 0; i < 997; i++) s += length(a[i]); print n, s }' n
	grep -cE '(12|34)+5?$' n
	grep -c -P '(?<=9)8(7|6)' n
	seq 1 3 200000 >m
	diff n m | md5sum
	tac n | head -n 3
	od -An -tx1 n | tail -n 2
	comm -12 <(sort n) <(sort m) | wc -l
	date -d '2024-02-29 12:00 +1 year' +%F
	expr 12345678901234567890 \* 98765432109876543210
	printf '%s\n' one two | paste -sd, | tr a-z A-Z
}
compare text
compare -s 2 ls "$IN/not-there"
