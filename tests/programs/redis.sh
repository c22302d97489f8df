#!/bin/bash
# redis-server and redis-benchmark, both preloaded, over a Unix socket; then a
# fixed load, a background save (fork under load), a clean shutdown, and the
# data read back by a second server. Debian's redis links libjemalloc and uses
# malloc_usable_size as a licence to write.
. "$(dirname "$0")/lib.sh"
need redis-server redis-benchmark redis-cli

# A socket's path may have 107 characters.
SOCK=$T/s
server=

cleanup_hook() {
	[ ! -e "$T/pid" ] || kill -9 "$(cat "$T/pid")" 2>/dev/null
}

cli() { redis-cli -s "$SOCK" "$@"; }

start() {
	local i

	redis-server --port 0 --unixsocket "$SOCK" --dir "$PWD" --logfile "$PWD/log" \
		--save '' --appendonly no --io-threads 2 --activedefrag no --maxmemory-policy noeviction &
	server=$!
	echo $server >"$T/pid"
	for i in $(seq 100); do
		[ "$(cli ping 2>/dev/null)" = PONG ] && return
		sleep 0.1
	done
	echo "redis-server does not answer"
	tail -n 20 log
	return 1
}

stop() {
	cli shutdown "$@"
	wait $server
	echo "server ended with $?"
	rm -f "$T/pid"
	grep -iE 'crash|bug report|assert|signal: 11' log | head -n 5
	return 0
}

load() {
	cat <<'END'
set greeting hello
append greeting " world"
get greeting
eval "for i = 1, 20000 do redis.call('set', 'k' .. i, string.rep('v', i % 700)) end return 1" 0
eval "for i = 1, 3000 do redis.call('hset', 'h' .. i % 50, 'f' .. i, i) end return 1" 0
eval "for i = 1, 3000 do redis.call('zadd', 'z', i % 97, 'm' .. i) redis.call('lpush', 'l', i) end return 1" 0
eval "for i = 1, 3000 do redis.call('sadd', 's', i) redis.call('xadd', 'x', i .. '-1', 'a', i) end return 1" 0
eval "for i = 1, 20000, 3 do redis.call('del', 'k' .. i) end return redis.call('dbsize')" 0
setrange big 5000000 end
strlen big
setbit bits 30000000 1
bitcount bits
sort s limit 0 5 desc
zrangebyscore z 10 10 limit 0 3
hlen h7
xlen x
expire greeting 1000
dbsize
bgsave
END
}

digest() {
	local k

	# The order inside a set hangs on a random seed of the server's.
	echo "s $(cli smembers s | sort | md5sum)"
	for k in greeting h7 z l x big k2 k699; do
		echo "$k $(cli --raw dump "$k" | md5sum)"
	done
}

work() {
	start || return
	[ "$WAY" = plain ] || preloaded $server || { echo "the server is not preloaded"; return 1; }
	redis-benchmark -s "$SOCK" -n 5000 -c 20 -P 4 -d 600 -r 2000 --csv \
		-t set,get,incr,lpush,rpop,sadd,hset,zadd,lrange_100,mset | cut -d, -f1
	cli flushall
	load | cli
	while [ "$(cli info persistence | grep -c 'rdb_bgsave_in_progress:1')" = 1 ]; do
		sleep 0.1
	done
	cli info persistence | grep -a rdb_last_bgsave_status
	cli memory usage k699 >/dev/null
	cli memory purge
	digest
	stop save
	start || return
	cli dbsize
	digest
	stop nosave
}
compare work
