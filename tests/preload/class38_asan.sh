#!/bin/sh
# Class 38: programs built with sanitizers. With gcc, whose ASan is a shared
# library: either ASan says that it wants first place and ends, or the program
# runs right; it never hangs or crashes.
# run: timeout=120
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
# clang links these run-times into the program: it brings its own malloc then.
if have clang; then
	for sanitizer in address thread memory undefined; do
		clang -std=gnu11 -g -fno-builtin -pthread -fsanitize=$sanitizer -o "$TMP/san" \
			"$SRCDIR/alloc_work.c" 2>/dev/null && "$TMP/san" >/dev/null 2>&1 &&
			quiet env LD_PRELOAD="$KMEMU_LIB" "$TMP/san"
	done
fi
done_ok
