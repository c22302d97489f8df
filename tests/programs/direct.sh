#!/bin/bash
# Programs that open files O_DIRECT: dd, fio with libaio, page I/O as a database does
# it; and sqlite3, which does not. Buffers below and above the cap: findings exactly where
# vmalloc memory meets O_DIRECT. The output is that without kmemu. docs/contiguity.md
# explains them.
. "$(dirname "$0")/lib.sh"
need dd
KMEMU=$(dirname "$KMEMU_LIB")/kmemu
failed=0
wrong() {
	echo "direct.sh: $*"
	failed=1
}
cd "$T" || exit 1
head -c 4194304 /dev/urandom >"$IN/data"
dd if="$IN/data" of=/dev/null bs=4096 iflag=direct status=none 2>/dev/null ||
	skip "no O_DIRECT in $T"

# judge WANT COMMAND...: WANT is clean, or the only kind that is found.
judge() {
	local want=$1
	shift
	rm -f "$T/log"
	"$KMEMU" run --log="$T/log" -- "$@" >"$T/out" 2>"$T/err" ||
		wrong "$*: status $?: $(tail -n 3 "$T/err")"
	grep -h '^kmemu: ' "$T/log" "$T/err" >"$T/end"
	if [ "$want" = clean ]; then
		grep -q 'verdict: clean' "$T/end" || wrong "$*: $(head -n 5 "$T/end")"
	else
		grep -q 'verdict: findings=' "$T/end" || wrong "$*: no finding: $(cat "$T/end")"
		grep -Eq "^kmemu: $want: [0-9]+ finding" "$T/end" || wrong "$*: $(cat "$T/end")"
		[ "$(grep -Ec '^kmemu: [a-z-]+: [0-9]+ finding' "$T/end")" = 1 ] ||
			wrong "$*: others too: $(cat "$T/end")"
	fi
}
covered() {
	grep -Eq "; buffers: $1" "$T/end" || wrong "not '$1': $(grep coverage "$T/end")"
}

# At the end of a file that is no multiple of blocks a read has a crooked offset, and is right.
head -c 100001 "$IN/data" >"$IN/odd"
judge clean dd if="$IN/odd" of="$T/copied" bs=64K iflag=direct
cmp -s "$IN/odd" "$T/copied" || wrong "dd iflag=direct: another copy"
LD_PRELOAD=$KMEMU_LIB KMEMU_OPTIONS=contig=fail \
	dd if="$IN/odd" of="$T/copied" bs=64K iflag=direct 2>"$T/err" ||
	wrong "dd iflag=direct, contig=fail: $(cat "$T/err")"
cmp -s "$IN/odd" "$T/copied" || wrong "dd iflag=direct, contig=fail: another copy"

# dd takes one buffer of the block size.
judge clean dd if="$IN/data" of="$T/copy" bs=64K iflag=direct oflag=direct status=none
cmp -s "$IN/data" "$T/copy" || wrong "dd: another copy"
covered '129 O_DIRECT, ' # one of them meets the end
judge contig-vmalloc dd if="$IN/data" of="$T/copy" bs=1M iflag=direct oflag=direct status=none
cmp -s "$IN/data" "$T/copy" || wrong "dd: another copy"
judge clean dd if="$IN/data" of="$T/copy" bs=1M status=none
covered 'no O_DIRECT call, '
judge contig-vmalloc dd if="$IN/data" of="$T/copy" bs=1M oflag=direct status=none

# A database's pages: the pool in one block, above the cap, is vmalloc memory.
${CC:-cc} -O1 -D_GNU_SOURCE -o "$T/pages" "$DATA/pages.c" || fail "pages.c"
want=$("$T/pages" "$T/db" 16 block)
for case in "clean 15 block" "contig-vmalloc 64 block" "clean 64 each"; do
	set -- $case
	judge "$1" "$T/pages" "$T/db" "$2" "$3"
	[ "$("$T/pages" "$T/db" "$2" "$3")" = "$(cat "$T/out")" ] || wrong "pages $2 $3: $(cat "$T/out")"
done
[ -n "$want" ] || wrong "pages says nothing"

# strict: refused as a driver's would be.
if KMEMU_OPTIONS="profile=audit contig=fail verdict=0 report=line" LD_PRELOAD=$KMEMU_LIB dd \
	if="$IN/data" of=/dev/null bs=1M iflag=direct status=none 2>"$T/err"; then
	wrong "contig=fail: read all the same"
fi
grep -q 'Input/output error' "$T/err" || wrong "contig=fail: $(cat "$T/err")"

if command -v fio >/dev/null && fio --enghelp 2>/dev/null | grep -qw libaio; then
	job="--name=t --filename=$IN/data --size=4M --ioengine=libaio --direct=1 --rw=randread
		--thread --number_ios=100 --minimal"
	judge clean fio $job --bs=4k --iodepth=4
	covered '0 O_DIRECT, 100 asynchronous, '
	judge contig-vmalloc fio $job --bs=64k --iodepth=16
fi
if command -v sqlite3 >/dev/null; then
	judge clean sqlite3 -batch "$T/sql" <"$DATA/work.sql"
	covered 'no O_DIRECT call, '
fi
exit $failed
