#!/bin/sh
# Programs are run the same way without us, with us, and with events written;
# then the events tell each target that is out of reach, and no other.
. "$SRCDIR/lib.sh"
program=$TESTDIR/run_exec
expect 0 "$program"
quiet env LD_PRELOAD="$KMEMU_LIB" "$program"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_JSON="$TMP/events" "$program"
cat >"$TMP/count" <<'EOF'
import json, sys
from collections import Counter
reasons, starts = Counter(), 0
for line in open(sys.argv[1]):
    event = json.loads(line)
    assert event["kmemu"] == 1 and "truncated" not in event, line
    starts += event["event"] == "start"
    if event["event"] == "unchecked":
        assert event["what"].startswith("/"), line
        reasons[event["reason"]] += 1
print(starts, *(f"{r}={n}" for r, n in sorted(reasons.items())))
EOF
count() {
	python3 "$TMP/count" "$TMP/events"
}
have python3 || skip "no python3"
# Of 13 ways 8 have an environment without us, by fork and by vfork; 4 by posix_spawn.
# The plain-C build does not see syscall(), which is two of the ways.
want=20
nm -D "$KMEMU_LIB" | grep -q ' T syscall$' || want=16
got=$(count)
[ "${got#* }" = "dropped-preload=$want" ] || fail "events of $program: $got"

# Each kind of target, each way that a shell or env runs it.
rm -f "$TMP/events"
echo 'int main(void) { return 0; }' >"$TMP/small.c"
have "$CC" || skip "no C compiler"
"$CC" -static -o "$TMP/static" "$TMP/small.c" || skip "no static libc"
"$CC" -static-pie -o "$TMP/static-pie" "$TMP/small.c"
"$CC" -o "$TMP/dynamic" "$TMP/small.c"
"$CC" -no-pie -o "$TMP/no-pie" "$TMP/small.c"
cp "$TMP/dynamic" "$TMP/musl"
interp=$(LC_ALL=C readelf -l "$TMP/dynamic" | sed -n 's/.*interpreter: \(.*\)]/\1/p')
python3 - "$TMP/musl" "$interp" <<'EOF'
import sys
data = open(sys.argv[1], "rb").read()
old = sys.argv[2].encode()
new = b"/lib/ld-musl-x.so.1"[:len(old)].ljust(len(old), b"\0")
open(sys.argv[1], "wb").write(data.replace(old, new))
EOF
printf '#!%s\n' "$TMP/static" >"$TMP/script-static"
printf '#! %s with words\n' "$TMP/dynamic" >"$TMP/script"
printf '#!%s\n' "$TMP/script-static" >"$TMP/script-script"
echo 'exit 0' >"$TMP/script-none"
printf '\177ELF\001\001\001' | dd of="$TMP/other" bs=64 conv=sync 2>/dev/null
chmod +x "$TMP"/script* "$TMP/other"
run() {
	rm -f "$TMP/events"
	env LD_PRELOAD="$KMEMU_LIB" KMEMU_JSON="$TMP/events" "$@" >/dev/null 2>&1
	got=$(count)
}
reason() {
	want=$1
	shift
	run "$@"
	[ "${got#* }" = "$want" ] || fail "$want was wanted of $*: $got"
}
reached() {
	want=$1
	shift
	run "$@"
	[ "$got" = "$want" ] || fail "$want starts and no more were wanted of $*: $got"
}
for way in 'nice' 'timeout 9' 'xargs -a /dev/null' 'find /etc/passwd -exec'; do
	[ "$way" != 'find /etc/passwd -exec' ] || set -- ';'
	n=3 # the tool, its child, the program in the child
	[ "$way" != nice ] || n=2
	reason static=1 $way "$TMP/static" "$@"
	reason static=1 $way "$TMP/static-pie" "$@"
	reason static=1 $way "$TMP/script-static" "$@"
	reason static=1 $way "$TMP/script-script" "$@"
	reason no-glibc=1 $way "$TMP/musl" "$@"
	reason machine=1 $way "$TMP/other" "$@"
	reached $n $way "$TMP/dynamic" "$@"
	reached $n $way "$TMP/no-pie" "$@"
	reached $n $way "$TMP/script" "$@"
	reason dropped-preload=1 $way env -i "$TMP/dynamic" "$@"
	set --
done
# By posix_spawn and by vfork, as python does; the event is the child's.
cat >"$TMP/spawn.py" <<'EOF'
import json, os, subprocess, sys
program, how = sys.argv[1:]
if how == "spawn":
    pid = os.posix_spawn(program, [program], os.environ)
    os.waitpid(pid, 0)
elif how == "shell":
    pid = 0
    subprocess.run(["sh", "-c", program + "; :"])
else:
    child = subprocess.Popen([program])
    pid = child.pid
    child.wait()
found = [e for e in map(json.loads, open(os.environ["KMEMU_JSON"])) if e["event"] == "unchecked"]
assert len(found) == 1 and found[0]["pid"] != os.getpid() and found[0]["what"] == program, found
assert pid in (0, found[0]["pid"]), (pid, found)
assert found[0]["reason"] == "static" and found[0]["detail"] and found[0]["remedy"], found
EOF
for how in spawn popen shell; do
	rm -f "$TMP/events"
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_JSON="$TMP/events" \
		python3 "$TMP/spawn.py" "$TMP/static" $how
done
# The child of system has no pid that is known.
reason dropped-preload=1 python3 -c 'import os
os.unsetenv("LD_PRELOAD"); os.system("true")'
grep -q '"event":"unchecked","pid":0,' "$TMP/events" || fail "system: $(cat "$TMP/events")"
reached 2 nice "$interp" "$TMP/dynamic"
reached 1 nice "$TMP/none"
reached 1 nice /etc/passwd
reached 2 env "LD_PRELOAD=/none $KMEMU_LIB" "$TMP/dynamic"
reason dropped-options=1 env -u KMEMU_JSON "$TMP/dynamic"
PATH=$TMP:$PATH reason static=1 nice static
if [ "$(id -u)" -eq 0 ]; then
	cp "$TMP/dynamic" "$TMP/setuid"
	chown 65534 "$TMP/setuid" && chmod 4755 "$TMP/setuid"
	reason setuid=1 nice "$TMP/setuid"
fi
done_ok
