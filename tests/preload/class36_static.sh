#!/bin/sh
# Class 36: static programs are not touched by a preload and say nothing.
. "$SRCDIR/lib.sh"
have "$CC" || skip "no C compiler"
for how in -static -static-pie; do
	"$CC" -std=gnu11 -fno-builtin -pthread "$how" -o "$TMP/work$how" \
		"$SRCDIR/alloc_work.c" 2>/dev/null || skip "no static libc"
	same "$TMP/work$how"
done
done_ok
