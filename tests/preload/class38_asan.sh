#!/bin/sh
# Class 38: an ASan-built program: either ASan says that it wants first place
# and ends, or the program runs right; it never hangs or crashes.
. "$SRCDIR/lib.sh"
have "$CC" || skip "no C compiler"
"$CC" -std=gnu11 -g -fno-builtin -pthread -fsanitize=address -o "$TMP/asan" \
	"$SRCDIR/alloc_work.c" 2>/dev/null || skip "no ASan run-time"
timeout 50 env LD_PRELOAD="$KMEMU_LIB" "$TMP/asan" >"$TMP/out" 2>"$TMP/err"
status=$?
if [ $status -ne 0 ]; then
	grep -q 'ASan runtime does not come first' "$TMP/err" ||
		fail "status $status: $(head -n 3 "$TMP/err")"
fi
asan=$("$CC" -print-file-name=libasan.so)
[ -r "$asan" ] && quiet env LD_PRELOAD="$asan $KMEMU_LIB" "$TMP/asan"
done_ok
