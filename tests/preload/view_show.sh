#!/bin/sh
# kmemu show: what it says of another process is what that process says itself,
# with and without observe=1, of a forked child too; the observed process's file.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
. "$SRCDIR/view.inc"

target_start "" "$TESTDIR/view_show" "$TMP"
same_views --pid "$PID"
[ ! -e "$TMP/run/kmemu" ] || fail "a file without observe=1"
target_end

target_start "observe=1" "$TESTDIR/view_show" "$TMP"
same_views --pid "$PID"
same_views -p "$PID"
file=$TMP/run/kmemu/$PID
[ "$(stat -c %a "$file")" = 600 ] || fail "mode of the file: $(stat -c %a "$file")"
[ "$(stat -c %a "$TMP/run/kmemu")" = 700 ] || fail "mode of the directory"
grep -q " r--s .* $file\$" "/proc/$PID/maps" || fail "the file is not mapped"
[ -z "$(find "/proc/$PID/fd" -lname '*/kmemu/*')" ] || fail "a descriptor is kept"
# The one observed process is meant when none is named; of top as well.
if [ ! -d "/tmp/kmemu-$(id -u)" ]; then
	same_views
	expect 0 "$KMEMU" top
	lines 1 "$TMP/out" '^ *OBJS ACTIVE .* NAME'
	lines 1 "$TMP/out" ' kmalloc-64 *$'
fi
rm -rf "$TMP/run/kmemu"
same_views --pid "$PID"
target_end

target_start "observe=1" "$TESTDIR/view_show" "$TMP"
file=$TMP/run/kmemu/$PID
target_end
[ ! -e "$file" ] || fail "the file outlives exit"

# Killed, it leaves its file behind, which is removed by who sees that.
target_start "observe=1" "$TESTDIR/view_show" "$TMP"
file=$TMP/run/kmemu/$PID dead=$PID
kill -KILL "$PID"
wait "$PID" 2>/dev/null
PID=
[ -e "$file" ] || fail "no file of a killed process"
says 1 "there is no process $dead\$" "$KMEMU" show slabinfo --pid "$dead"
"$KMEMU" show slabinfo >/dev/null 2>&1
[ ! -e "$file" ] || fail "a stale file stays"

target_start "observe=1" "$TESTDIR/view_show" "$TMP" fork
child=$(cat "$TMP/child")
same_views --pid "$child"
[ -e "$TMP/run/kmemu/$PID" ] && [ -e "$TMP/run/kmemu/$child" ] || fail "parent and child have a file each"
target_end
[ -z "$(ls "$TMP/run/kmemu")" ] || fail "left behind: $(ls "$TMP/run/kmemu")"

# A directory that others may enter, or a link, is not used.
for bad in open link; do
	rm -rf "$TMP/run/kmemu"
	case $bad in
	open) mkdir -m 755 "$TMP/run/kmemu" ;;
	link) mkdir -m 700 "$TMP/elsewhere" && ln -s "$TMP/elsewhere" "$TMP/run/kmemu" ;;
	esac
	target_start "observe=1" "$TESTDIR/view_show" "$TMP"
	[ ! -e "$TMP/run/kmemu/$PID" ] || fail "$bad: a file in a directory that is not safe"
	same_views --pid "$PID"
	target_end
	rm -rf "$TMP/elsewhere" "$TMP/run/kmemu"
done

# Call sites: the process knows sizes and calls, the command adds file and line.
target_start "leak=count" "$TESTDIR/view_show" "$TMP"
show allocinfo --pid "$PID"
for f in own shown; do
	awk 'NR > 2 { print $1, $2 }' "$TMP/allocinfo.$f" >"$TMP/sites.$f"
done
[ -s "$TMP/sites.own" ] && cmp -s "$TMP/sites.own" "$TMP/sites.shown" ||
	fail "allocinfo: $(diff "$TMP/allocinfo.own" "$TMP/allocinfo.shown")"
lines 1 "$TMP/allocinfo.shown" '^ +[0-9]+     2666 [^ ]*tests/preload/view_show\.c:[0-9]+ func:(work|main) $'
# The same callers in vmallocinfo, as %pS has them.
show vmallocinfo --pid "$PID"
[ -s "$TMP/vmallocinfo.shown" ] || fail "no areas"
grep -Evq '^0x[0-9a-f]{16}-0x[0-9a-f]{16} [ 0-9]{7} (work|main)\+0x[0-9a-f]+/0x[0-9a-f]+ pages=[0-9]+ vmalloc N0=[0-9]+$' \
	"$TMP/vmallocinfo.shown" && fail "vmallocinfo: $(head -n 3 "$TMP/vmallocinfo.shown")"
target_end
# Without debugging information the function is known all the same.
if have strip; then
	strip -g -o "$TMP/view_show" "$TESTDIR/view_show"
	target_start "leak=count" "$TMP/view_show" "$TMP"
	show allocinfo --pid "$PID"
	lines 1 "$TMP/allocinfo.shown" '^ +[0-9]+     2666 \?\?:0 func:(work|main) $'
	target_end
fi

# Another build, a replaced library, a program linked with libkmemu.a do no harm.
python3 - "$KMEMU_LIB" "$TMP/libkmemu.so" <<'END' || fail "no roots in the library"
import struct, sys
data = bytearray(open(sys.argv[1], "rb").read())
magic, at = struct.pack("<Q", 0x756d656b73746f72), -8
while True:  # struct view_roots: magic, self, version and bytes, layout
    at = data.index(magic, at + 8)
    if at % 8 == 0 and data[at + 16:at + 20] == b"\1\0\0\0":
        break
data[at + 24] ^= 1
open(sys.argv[2], "wb").write(data)
END
lib=$KMEMU_LIB
KMEMU_LIB=$TMP/libkmemu.so
target_start "observe=1" "$TESTDIR/view_show" "$TMP"
says 1 "process $PID \(view_show\) runs another build of kmemu: use the" "$KMEMU" show slabinfo --pid "$PID"
target_end
KMEMU_LIB=$TMP/libkmemu.so
cp "$lib" "$KMEMU_LIB"
target_start "" "$TESTDIR/view_show" "$TMP"
rm "$KMEMU_LIB"
same_views --pid "$PID"
target_end
KMEMU_LIB=$lib
done_ok
