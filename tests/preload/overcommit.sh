#!/bin/sh
# vm.overcommit_memory=2: nothing that is not used is charged, so programs run
# as they do on libc's heap. The setting is put back.
# run: alone
. "$SRCDIR/lib.sh"
knob=/proc/sys/vm/overcommit_memory
room=/proc/sys/vm/overcommit_kbytes
ratio=/proc/sys/vm/overcommit_ratio
[ -w $knob ] && [ -w $room ] && [ -w $ratio ] || skip "$knob cannot be written"
old=$(cat $knob)
old_room=$(cat $room)
old_ratio=$(cat $ratio)
# Each of room and ratio clears the other. From here on nothing needs a fork that
# might fail; a shell's read has the first character of such a file, and its end.
put_back() {
	echo $old >$knob
	if [ $old_room = 0 ]; then echo $old_ratio >$ratio; else echo $old_room >$room; fi
}
trap 'put_back; rm -rf "$TMP"' EXIT
trap 'exit 1' INT TERM HUP
# What the rest of the machine has been promised already, which may be more
# than half of its memory, does not count: 4 GiB are left for this test.
used=$(awk '/^Committed_AS:/ { print $2 }' /proc/meminfo)
echo $((used + 4194304)) >$room 2>/dev/null || skip "$room cannot be changed"
echo 2 >$knob 2>/dev/null
read -r now <$knob
[ "$now" = 2 ] || skip "$knob cannot be changed"
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
