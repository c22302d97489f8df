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
committed() { awk '/^Committed_AS/ { print $2 }' /proc/meminfo; }
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/alloc_work" 4
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/class11_alignment"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/realloc_random"
quiet env LD_PRELOAD="$KMEMU_LIB" sh -c 'x=$(echo text); test "$x" = text'
# Twenty programs at once charge about what they do without the preload.
charge() {
	before=$(committed)
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		sleep 2 &
	done
	sleep 0.5
	echo $(($(committed) - before))
	wait
}
plain=$(charge)
ours=$(LD_PRELOAD=$KMEMU_LIB charge)
[ "$ours" -lt $((plain + 200000)) ] || fail "20 programs are charged $ours KB, $plain KB plain"
done_ok
