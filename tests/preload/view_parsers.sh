#!/bin/sh
# The views are read by what reads the kernel's own files: slabtop, vmstat -m and
# free of procps, given them in place of /proc's in a mount namespace of their own;
# awk over columns.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
. "$SRCDIR/view.inc"

target_start "" "$TESTDIR/view_show" "$TMP"
for v in $VIEWS; do
	show $v --pid "$PID"
done
"$KMEMU" top -b "$PID" >"$TMP/top" 2>&1 || fail "top: $(cat "$TMP/top")"
"$KMEMU" top -b -s n "$PID" >"$TMP/top.n" 2>&1 || fail "top -s n: $(cat "$TMP/top.n")"
"$KMEMU" top --once --sort s "$PID" >"$TMP/top.s" 2>&1 || fail "top --sort s: $(cat "$TMP/top.s")"
target_end

# Bytes in slabs, by slabinfo and by meminfo.
slab=$(awk 'NR > 2 { kb += $15 * $6 * 4 } END { print kb }' "$TMP/slabinfo.shown")
mem=$(awk '$1 == "Slab:" { print $2 }' "$TMP/meminfo.shown")
[ -n "$slab" ] && [ "$slab" -gt 0 ] && [ "$slab" -eq "$mem" ] || fail "slabs: $slab kB, $mem kB"
awk 'NR > 2 && ($2 > $3 || $3 != $15 * $5 && $3 > $15 * $5) { exit 1 }' "$TMP/slabinfo.shown" ||
	fail "more objects than there can be"
free=$(awk '{ for (i = 0; i < 11; i++) n += $(5 + i) * 2 ^ i } END { print n * 4 }' "$TMP/buddyinfo.shown")
[ "$free" -eq "$(awk '$1 == "MemFree:" { print $2 }' "$TMP/meminfo.shown")" ] ||
	fail "free by buddyinfo: $free kB"
awk '{ split($1, a, "-"); if ($2 % 4096 || $3 !~ /^pages=/ || $4 != "vmalloc") exit 1 }' \
	"$TMP/vmallocinfo.shown" || fail "vmallocinfo by awk"

# Rows of top.n by name, of top.s by size.
sed 1,7d "$TMP/top.n" | awk '{ print $8 }' | LC_ALL=C sort -c || fail "not sorted by name"
sed 1,7d "$TMP/top.s" | awk '{ print $4 + 0 }' | sort -nrc || fail "not sorted by size"

instead() {
	unshare -m sh -c 'mount --bind "$0" "$1" && shift && exec "$@"' "$@"
}
if [ "$(id -u)" -ne 0 ] || ! instead "$TMP/slabinfo.shown" /proc/slabinfo true 2>/dev/null; then
	echo "no mount namespace: procps not asked" >&2
	done_ok
fi
if have slabtop; then
	instead "$TMP/slabinfo.shown" /proc/slabinfo slabtop -o >"$TMP/slabtop" 2>&1 ||
		fail "slabtop: $(head -n 3 "$TMP/slabtop")"
	# Equal rows come in another order.
	for f in slabtop top; do
		head -n 7 "$TMP/$f" >"$TMP/$f.head"
		sed 1,7d "$TMP/$f" | sort >"$TMP/$f.rows"
	done
	cmp -s "$TMP/slabtop.head" "$TMP/top.head" || fail "$(diff "$TMP/slabtop.head" "$TMP/top.head")"
	cmp -s "$TMP/slabtop.rows" "$TMP/top.rows" ||
		fail "$(diff "$TMP/slabtop.rows" "$TMP/top.rows" | head -n 6)"
fi
if have vmstat; then
	instead "$TMP/slabinfo.shown" /proc/slabinfo vmstat -m >"$TMP/out" 2>&1 ||
		fail "vmstat -m: $(head -n 3 "$TMP/out")"
	lines 1 "$TMP/out" '^kmalloc-64 '
fi
if have free; then
	total=$(awk '$1 == "MemTotal:" { print $2 }' "$TMP/meminfo.shown")
	instead "$TMP/meminfo.shown" /proc/meminfo free -k >"$TMP/out" 2>&1 || fail "free: $(cat "$TMP/out")"
	lines 1 "$TMP/out" "^Mem: +$total "
fi
done_ok
