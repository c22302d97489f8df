#!/bin/bash
# Debian's programs with context=warn while signals come: the right answers, their
# handlers seen as interrupts, and no finding (docs/findings.md has what was looked
# at). bash and python3, perl, git, redis, nginx; libunbound, which has spinlocks.
. "$(dirname "$0")/lib.sh"
need bash python3 perl git redis-server redis-cli nginx
KMEMU=$(dirname "$KMEMU_LIB")/kmemu

cat >"$T/load.py" <<'END'
"""load.py COMMAND: SIGWINCH every 2 ms to the process whose number it prints, until it ends."""
import os, signal, subprocess, sys, threading, time

p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
target = int(p.stdout.readline())


def shoot():
    while p.poll() is None:
        try:
            os.kill(target, signal.SIGWINCH)
        except ProcessLookupError:
            return
        time.sleep(0.002)


threading.Thread(target=shoot, daemon=True).start()
sys.stdout.write(p.stdout.read())
sys.exit(p.wait())
END

# judge NAME WANT COMMAND...: the last line of its output, its verdict, its handlers
judge() {
	local name=$1 want=$2 handlers
	shift 2
	python3 "$T/load.py" "$KMEMU" run --log="$T/log" -- "$@" >"$T/out" 2>"$T/err" ||
		wrong "$name: status $?: $(tail -n 3 "$T/err")"
	[ "$(tail -n 1 "$T/out")" = "$want" ] || wrong "$name: $(tail -n 2 "$T/out"), not $want"
	verdict "$name" "$T/err"
	handlers=$(sed -n 's/.*handlers: \([0-9]*\).*/\1/p' "$T/err" "$T/log" 2>/dev/null | tail -n 1)
	[ "${handlers:-0}" -gt 5 ] || wrong "$name: ${handlers:-0} handlers ran"
}
verdict() {
	grep -hq 'verdict: clean' "$2" "$T/log" 2>/dev/null ||
		wrong "$1: $(grep -h 'kmemu: ' "$2" "$T/log" | head -n 5)"
}
failed=0
wrong() {
	echo "contexts.sh: $*" >&2
	failed=1
}

judge bash 100 bash -c 'n=0; trap "n=\$((n+1))" WINCH; echo $$
	for ((i = 0; i < 30000; i++)); do x="$x$i"; x=${x:0:100}; done; echo ${#x}'
judge python3 12888890 python3 -c '
import os, signal
signal.signal(signal.SIGWINCH, lambda s, f: [0] * 1000)
print(os.getpid(), flush=True)
print(sum(len(str(i)) for i in range(2000000)))'
judge perl 12888896 perl -e '$| = 1; $SIG{WINCH} = sub { my @a = (1) x 1000 }; print "$$\n";
	my $s = 0; $s += length("$_") for 1 .. 2000000; print "$s\n"'

# git has a timer of its own for progress: SIGALRM while it works.
(
	cd "$T" && git init -q g && cd g && for i in $(seq 300); do seq "$i" >"f$i"; done
	git add . && git -c user.name=a -c user.email=a@b commit -qm x
)
"$KMEMU" run --log="$T/log" -- sh -c "git -C '$T/g' gc -q &&
	git clone -q --progress --no-local '$T/g' '$T/h' 2>'$T/progress' && git -C '$T/h' fsck -v 2>'$T/fsck'" \
	2>"$T/err" || wrong "git: status $?: $(tail -n 3 "$T/err")"
verdict git "$T/err"
diff -r -x .git "$T/g" "$T/h" || wrong "git: the clone differs"

SOCK=$T/s
"$KMEMU" run --log="$T/log" -- redis-server --port 0 --unixsocket "$SOCK" --save '' --dir "$T" \
	--watchdog-period 200 >"$T/out" 2>"$T/err" &
for i in $(seq 100); do
	[ "$(redis-cli -s "$SOCK" ping 2>/dev/null)" = PONG ] && break
	sleep 0.1
done
seq 2000 | sed 's/.*/lpush list &/' | redis-cli -s "$SOCK" >/dev/null
[ "$(redis-cli -s "$SOCK" llen list)" = 2000 ] || wrong "redis: an entry is lost"
redis-cli -s "$SOCK" shutdown nosave
wait $! || wrong "redis: status $?"
verdict redis "$T/err"

mkdir -p "$T/www" && seq 20000 >"$T/www/f" && cat >"$T/nginx.conf" <<END
daemon off; worker_processes 2; pid $T/pid; error_log $T/error.log; user $(id -un);
events { worker_connections 64; }
http { access_log off; server { listen unix:$T/n; root $T/www; } }
END
"$KMEMU" run --log="$T/log" -- nginx -c "$T/nginx.conf" -p "$T" >"$T/out" 2>"$T/err" &
for i in $(seq 100); do [ -S "$T/n" ] && [ -s "$T/pid" ] && break; sleep 0.1; done
for i in $(seq 30); do
	kill -USR1 "$(cat "$T/pid")"
	[ $((i % 10)) != 0 ] || kill -HUP "$(cat "$T/pid")"
	curl -s --unix-socket "$T/n" http://x/f | cmp -s - "$T/www/f" || wrong "nginx: another answer"
done
kill -QUIT "$(cat "$T/pid")"
wait $! || wrong "nginx: status $?"
verdict nginx "$T/err"

# A library that takes pthread spinlocks.
cat >"$T/ub.py" <<'END'
import ctypes

ub = ctypes.CDLL("libunbound.so.8")
ub.ub_ctx_create.restype = ctypes.c_void_p
c = ctypes.c_void_p(ub.ub_ctx_create())
assert ub.ub_ctx_zone_add(c, b"example.", b"static") == 0
result = ctypes.c_void_p()
for i in range(20):
    assert ub.ub_ctx_data_add(c, b"h%d.example. 60 IN A 10.0.0.%d" % (i, i)) == 0
for i in range(20):
    assert ub.ub_resolve(c, b"h%d.example." % i, 1, 1, ctypes.byref(result)) == 0
    ub.ub_resolve_free(result)
ub.ub_ctx_delete(c)
print("resolved")
END
if python3 -c 'import ctypes; ctypes.CDLL("libunbound.so.8")' 2>/dev/null; then
	"$KMEMU" run --log="$T/log" -- python3 "$T/ub.py" >"$T/out" 2>"$T/err"
	grep -q resolved "$T/out" || wrong "libunbound: $(tail -n 2 "$T/err")"
	verdict libunbound "$T/err"
	grep -hEq 'atomic sections: [1-9]' "$T/err" "$T/log" 2>/dev/null ||
		wrong "libunbound: no spinlock was taken"
fi
exit $failed
