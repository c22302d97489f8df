#!/bin/sh
# kmemu show of a running redis-server with data says what redis's own process says
# by kmemu_view(), and goes on saying it while redis serves.
# run: timeout=120
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
. "$SRCDIR/view.inc"
have redis-server || skip "no redis-server"
have redis-cli || skip "no redis-cli"

SOCK=$TMP/s
cli() { redis-cli -s "$SOCK" "$@"; }
served() { [ "$(cli ping 2>/dev/null)" = PONG ]; }

env LD_PRELOAD="$KMEMU_LIB $TESTDIR/plugin_view_dump.so" KMEMU_OPTIONS="observe=1" VIEW_DUMP="$TMP" \
	redis-server --port 0 --unixsocket "$SOCK" --dir "$TMP" --save '' --appendonly no \
	>"$TMP/target.out" 2>&1 &
PID=$!
wait_for served || done_ok
[ -e "$TMP/run/kmemu/$PID" ] || fail "redis is not observable"

before=$("$KMEMU" show slabinfo --pid "$PID" | awk '{ n += $2 } END { print n }')
cli eval "for i = 1, 20000 do redis.call('set', 'key:' .. i, string.rep('x', i % 700)) end
	  redis.call('set', 'big', string.rep('y', 3000000))" 0 >"$TMP/out" 2>&1 || fail "$(cat "$TMP/out")"
after=$("$KMEMU" show slabinfo --pid "$PID" | awk '{ n += $2 } END { print n }')
[ "$after" -gt $((before + 20000)) ] || fail "$before objects before 20000 keys, $after after"

# Redis wakes ten times a second: a look between two of its own looks that agree.
agree() {
	rm -f "$TMP"/*.own
	kill -URG "$PID"
	wait_for test -e "$TMP/vmallocinfo.own" || return 0
	show slabinfo --pid "$PID"
	show vmallocinfo --pid "$PID"
	cmp -s "$TMP/slabinfo.own" "$TMP/slabinfo.shown" &&
		cmp -s "$TMP/vmallocinfo.own" "$TMP/vmallocinfo.shown"
}
i=0
until agree; do
	i=$((i + 1))
	[ $i -lt 30 ] || { fail "$(diff "$TMP/slabinfo.own" "$TMP/slabinfo.shown" | head -n 6)"; break; }
done
grep -Eq ' pages=(7[3-9][0-9]|[89][0-9][0-9]) vmalloc' "$TMP/vmallocinfo.shown" ||
	fail "no area of 3 MB: $(cat "$TMP/vmallocinfo.shown")"

if have redis-benchmark; then
	redis-benchmark -s "$SOCK" -n 20000 -c 20 -q -t set,get,lpush >"$TMP/bench" 2>&1 &
	bench=$!
	n=0
	while kill -0 $bench 2>/dev/null; do
		show slabinfo --pid "$PID"
		"$KMEMU" top -b "$PID" >"$TMP/out" 2>&1 || fail "top: $(cat "$TMP/out")"
		n=$((n + 1))
	done
	wait $bench || fail "redis-benchmark: $(tail -n 3 "$TMP/bench")"
	[ $n -gt 0 ] || fail "never looked"
fi
cli shutdown nosave >/dev/null 2>&1
wait "$PID" || fail "redis ended with $?"
[ ! -e "$TMP/run/kmemu/$PID" ] || fail "the file outlives redis"
PID=
done_ok
