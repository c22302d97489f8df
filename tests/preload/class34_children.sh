#!/bin/sh
# Class 34: children with an empty environment, the $LIB and $PLATFORM forms
# of the path, a child of another ELF class, many words in LD_PRELOAD.
. "$SRCDIR/lib.sh"
work=$TESTDIR/alloc_work
quiet env LD_PRELOAD="$KMEMU_LIB" sh -c "env -i $work"
quiet env LD_PRELOAD="$KMEMU_LIB" env -i LD_PRELOAD="$KMEMU_LIB" "$work"
quiet env LD_PRELOAD="$KMEMU_LIB" sh -c "sh -c 'sh -c $work'"
lib=$(LD_DEBUG=libs LD_LIBRARY_PATH='/kmemu-no/$LIB' /bin/true 2>&1 | tr ':\t' '\n\n' |
	sed -n 's,^/kmemu-no/,,p' | grep -v hwcaps | tail -n 1)
if [ -n "$lib" ]; then
	mkdir -p "$TMP/$lib"
	cp "$KMEMU_LIB" "$TMP/$lib/libkmemu.so"
	quiet env LD_PRELOAD="$TMP/\$LIB/libkmemu.so" "$work"
fi
quiet env LD_PRELOAD="$KMEMU_LIB $KMEMU_LIB" "$work"
echo 'int main(void) { return 0; }' >"$TMP/small.c"
if have "$CC" && "$CC" -m32 -o "$TMP/small" "$TMP/small.c" 2>/dev/null; then
	expect 0 env LD_PRELOAD="$KMEMU_LIB" sh -c "$TMP/small"
	[ "$(wc -l <"$TMP/err")" -le 1 ] || fail "more than ld.so's one line for a 32-bit child"
fi
done_ok
