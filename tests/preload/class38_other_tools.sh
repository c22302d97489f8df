#!/bin/sh
# Class 38: another preload before and behind ours, fakeroot, gdb, strace,
# valgrind, an ASan-built program.
. "$SRCDIR/lib.sh"
work=$TESTDIR/alloc_work
wrapper=$TESTDIR/plugin_wrapper.so
quiet env LD_PRELOAD="$wrapper" "$work"
quiet env LD_PRELOAD="$wrapper:$KMEMU_LIB" "$work"
quiet env LD_PRELOAD="$KMEMU_LIB:$wrapper" "$work"
quiet env LD_PRELOAD="$wrapper:$KMEMU_LIB" "$TESTDIR/class04_libc_blocks"
quiet env LD_PRELOAD="$KMEMU_LIB:$wrapper" "$TESTDIR/class04_libc_blocks"
cp "$KMEMU_LIB" "$TMP/second.so"
quiet env LD_PRELOAD="$KMEMU_LIB:$TMP/second.so" "$work"
debug=$(ls /usr/lib/*/libc_malloc_debug.so.0 /lib/*/libc_malloc_debug.so.0 2>/dev/null | head -n 1)
if [ -n "$debug" ]; then
	quiet env LD_PRELOAD="$KMEMU_LIB:$debug" MALLOC_CHECK_=3 MALLOC_PERTURB_=5 "$work"
	quiet env LD_PRELOAD="$debug:$KMEMU_LIB" "$work"
fi
if have fakeroot; then
	quiet env LD_PRELOAD="$KMEMU_LIB" fakeroot id -u
	quiet fakeroot env LD_PRELOAD="$KMEMU_LIB" "$work"
else
	echo "fakeroot is not installed: not tried"
fi
if have gdb; then
	expect 0 gdb -q -nx -batch -ex "set environment LD_PRELOAD $KMEMU_LIB" \
		-ex "set startup-with-shell off" -ex run -ex 'info inferiors' --args "$work"
	grep -q 'exited normally' "$TMP/out" || fail "under gdb: $(tail -n 5 "$TMP/out")"
	call_in() {
		expect 0 gdb -q -nx -batch -ex "set environment LD_PRELOAD $1" \
			-ex "set startup-with-shell off" -ex 'break fork' -ex run \
			-ex 'print (int)strcmp((char *)strdup("abc"), "abc")' -ex continue \
			--args "$work"
		grep -q '= 0$' "$TMP/out"
	}
	# gdb 13 can't write the registers of a processor with AMX, whatever runs.
	if call_in ""; then
		call_in "$KMEMU_LIB" || fail "inferior call under gdb: $(tail -n 5 "$TMP/out")"
	else
		echo "gdb calls no function here: not tried"
	fi
else
	echo "gdb is not installed: not tried"
fi
if have strace; then
	expect 0 strace -f -o "$TMP/trace" env LD_PRELOAD="$KMEMU_LIB" "$work"
	grep -q 'work done' "$TMP/out" || fail "under strace"
else
	echo "strace is not installed: not tried"
fi
done_ok
