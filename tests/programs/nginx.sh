#!/bin/bash
# nginx serves files, with a master and two workers, gzip and a reload (new
# workers, old ones end); fetched by curl over a Unix socket.
. "$(dirname "$0")/lib.sh"
need nginx curl

SOCK=$T/s
# The workers, run as another user, have to get at the files.
chmod 711 "$T"
[ -k "$(dirname "$T")" ] || chmod a+x "$(dirname "$T")"
mkdir -m 755 "$IN/www"
chmod 755 "$IN"
seq 1 200000 >"$IN/www/large.txt"
echo '<html>hello</html>' >"$IN/www/index.html"
head -c 3000000 "$(command -v bash)" >"$IN/www/binary" 2>/dev/null
for i in $(seq 50); do seq "$i" $((i * 50)) >"$IN/www/f$i.txt"; done
chmod 644 "$IN"/www/*

cleanup_hook() {
	[ ! -e "$T/pid" ] || kill "$(cat "$T/pid")" 2>/dev/null
}

# Run by root, workers become another user; else the directive is refused.
user=
[ "$(id -u)" != 0 ] || user="user www-data;"

config() {
	cat <<END
$user
worker_processes 2;
daemon off;
pid $T/pid;
error_log $RUN/error.log warn;
events { worker_connections 64; }
http {
	access_log $RUN/access.log;
	client_body_temp_path $RUN/body;
	proxy_temp_path $RUN/proxy;
	fastcgi_temp_path $RUN/fastcgi;
	uwsgi_temp_path $RUN/uwsgi;
	scgi_temp_path $RUN/scgi;
	gzip on;
	gzip_types text/plain;
	default_type text/plain;
	server {
		listen unix:$SOCK;
		root $IN/www;
		autoindex on;
		location /moved { return 302 /index.html; }
		location /proxy/ { proxy_pass http://unix:$SOCK:/; }
	}
}
END
}

get() { curl -s --unix-socket "$SOCK" -w '%{http_code} %{size_download}\n' "$@"; }

fetch() {
	local i

	get http://x/ http://x/moved
	get http://x/missing -o missing
	get http://x/large.txt | md5sum
	get --compressed http://x/large.txt | md5sum
	get -r 1000-2000 http://x/binary | md5sum
	get http://x/proxy/binary | md5sum
	get -I http://x/index.html | grep -i content
	for i in $(seq 50); do echo "http://x/f$i.txt http://x/proxy/f$i.txt"; done |
		xargs -P 4 -n 10 sh -c 'curl -s --unix-socket '"$SOCK"' "$@" | md5sum' get | sort
}

work() {
	local i master

	rm -f "$SOCK"
	config >conf
	nginx -t -q -p "$RUN" -c "$RUN/conf" -e "$RUN/error.log" || return
	nginx -p "$RUN" -c "$RUN/conf" -e "$RUN/error.log" &
	master=$!
	for i in $(seq 100); do
		[ "$(get http://x/f1.txt -o /dev/null 2>/dev/null)" ] && [ -e "$T/pid" ] && break
		sleep 0.1
	done
	sleep 0.2
	if [ "$WAY" = kmemu ]; then
		preloaded $master $(pgrep -P $master) || echo "nginx's processes are not preloaded"
	fi
	pgrep -c -P $master
	fetch
	kill -HUP $master
	sleep 0.5
	fetch
	kill -QUIT $master
	wait $master
	echo "master ended with $?"
	rm -f "$T/pid"
	grep -E 'alert|crit|emerg|exited on signal' error.log
	# How often the loop above asked is chance; no answer may be a 5xx.
	grep -c '" 5[0-9][0-9] ' access.log
	return 0
}
compare work
