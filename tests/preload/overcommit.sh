#!/bin/sh
# vm.overcommit_memory=2: nothing that is not used is charged, so programs run
# as they do on libc's heap. The setting is put back.
# run: alone
. "$SRCDIR/lib.sh"
knob=/proc/sys/vm/overcommit_memory
[ -w $knob ] || skip "$knob cannot be written"
old=$(cat $knob)
trap 'echo $old >$knob; rm -rf "$TMP"' EXIT
trap 'exit 1' INT TERM HUP
echo 2 >$knob 2>/dev/null && [ "$(cat $knob)" = 2 ] || skip "$knob cannot be changed"
/bin/true || skip "not even /bin/true starts under strict overcommit here"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/alloc_work" 4
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class11_alignment"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/realloc_random"
quiet env LD_PRELOAD="$KMEMU_LIB" sh -c 'x=$(echo text); test "$x" = text'
# What is charged to a process that does little: the sum of its accountable
# mappings, a few hundred KB more than plain.
charge() {
	sleep 3 &
	sleep 0.5
	awk '/^Size:/ { size = $2 } /^VmFlags:.* ac/ { sum += size } END { print sum + 0 }' \
		/proc/$!/smaps
	kill $!
}
plain=$(charge)
ours=$(LD_PRELOAD=$KMEMU_LIB charge)
[ "$ours" -lt $((plain + 4096)) ] || fail "a process is charged $ours KB, $plain KB plain"
done_ok
