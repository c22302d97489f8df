#!/bin/sh
# kmemu show and top: each process or file that cannot be read, and each wrong
# word, is named with what is wrong and what would be right.
# SPDX-License-Identifier: MIT
. "$SRCDIR/lib.sh"
. "$SRCDIR/view.inc"

says 125 "no view 'slabinf', did you mean 'slabinfo'\?" "$KMEMU" show slabinf --pid 1
says 125 "which view\?" "$KMEMU" show
says 125 "one view at a time" "$KMEMU" show slabinfo meminfo
says 125 "--pid wants the number of a process, not 'x'" "$KMEMU" show slabinfo --pid x
says 125 "--pid wants the number of a process, not '0'" "$KMEMU" show slabinfo --pid 0
says 125 "--pid wants the number of a process, not '-1'" "$KMEMU" show slabinfo --pid=-1
says 125 "--pid wants the number of a process, not '99999999999'" "$KMEMU" show slabinfo -p 99999999999
says 125 "exclude each other" "$KMEMU" show slabinfo --pid 1 --core core
says 125 "." "$KMEMU" show slabinfo --pidd 1
says 1 "there is no process 2000000000" "$KMEMU" show slabinfo --pid 2000000000
says 1 "whose memory\?" env XDG_RUNTIME_DIR="$TMP" "$KMEMU" top -b
says 125 "exclude each other" "$KMEMU" top -b --pid 1 --core core
says 125 "one process or core file at a time" "$KMEMU" top -b 1 2
says 125 "not 'x'" "$KMEMU" top -b x
says 125 "--sort wants one of a b c l n o p s u v, not 'z'" "$KMEMU" top -s z 1
says 125 "--delay wants seconds, 0.1 to 86400, not '0'" "$KMEMU" top -d 0 1
says 1 "there is no process 2000000000" "$KMEMU" top -b 2000000000

# Does not run on kmemu.
env -u LD_PRELOAD sleep 60 &
other=$!
wait_for grep -qx sleep "/proc/$other/comm"
says 1 "process $other \(sleep\) does not run on kmemu. Start the program with .kmemu run" \
	"$KMEMU" show slabinfo --pid $other
kill $other
wait $other 2>/dev/null

# A zombie: its parent became a program that does not wait.
sh -c 'sleep 0.3 & echo $! >"$0"; exec sleep 60' "$TMP/zombie" &
parent=$!
wait_for test -s "$TMP/zombie"
wait_for grep -qs '^State:.*Z' "/proc/$(cat "$TMP/zombie")/status"
says 1 "process $(cat "$TMP/zombie") \(.*\) has ended and waits" \
	"$KMEMU" show slabinfo --pid "$(cat "$TMP/zombie")"
kill $parent
wait $parent 2>/dev/null

# Core files.
says 1 "/nonexistent: No such file" "$KMEMU" show slabinfo --core /nonexistent
says 1 "is no regular file" "$KMEMU" show slabinfo --core /
says 1 "is no regular file" "$KMEMU" show slabinfo --core /dev/null
: >"$TMP/empty"
says 1 "is no ELF file" "$KMEMU" show slabinfo --core "$TMP/empty"
says 1 "is an ELF file, but no core file" "$KMEMU" show slabinfo --core "$KMEMU"

# Another user's process.
if [ "$(id -u)" -eq 0 ] && have setpriv; then
	target_start "observe=1" "$TESTDIR/view_show" "$TMP"
	as='setpriv --reuid=65534 --regid=65534 --clear-groups'
	if $as "$KMEMU" --version >/dev/null 2>&1; then
		says 1 "process $PID \(view_show\) may not be read: it belongs to root \(uid 0\). Run this as" \
			$as "$KMEMU" show slabinfo --pid "$PID"
	fi
	target_end
fi

# Standard output that cannot be written.
target_start "" "$TESTDIR/view_show" "$TMP"
if [ -c /dev/full ]; then
	"$KMEMU" show slabinfo --pid "$PID" >/dev/full 2>"$TMP/err"
	[ $? -eq 125 ] || fail "a full device is not noticed"
	lines 1 "$TMP/err" "standard output cannot be written"
fi
target_end
done_ok
