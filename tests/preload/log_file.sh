#!/bin/sh
# log=PATH: text goes there and not to standard error; %p, %e and %t make one
# file a process; no symbolic link is followed; a path that cannot be opened is
# named once and the program runs.
. "$SRCDIR/lib.sh"
program=$TESTDIR/invalid_free
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_LOG="$TMP/log" "$program" double 64
lines 1 "$TMP/log" 'kfree: double free of kmalloc-64'
mkdir "$TMP/many"
quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_LOG="$TMP/many/%e.%p.%t" KMEMU_SUMMARY=1 \
	"$TESTDIR/alloc_work"
n=$(ls "$TMP/many" | grep -Ec '^alloc_work\.[0-9]+\.[0-9]+$')
[ "$n" -ge 1 ] || fail "no file alloc_work.PID.TIME: $(ls "$TMP/many")"
[ "$(ls "$TMP/many" | wc -l)" -eq "$n" ] || fail "other files: $(ls "$TMP/many")"
echo untouched >"$TMP/target"
ln -s target "$TMP/link"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LOG="$TMP/link" "$program" double 64
lines 1 "$TMP/target" '^untouched$'
[ "$(wc -l <"$TMP/target")" -eq 1 ] || fail "the log followed a symbolic link"
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LOG="$TMP/no/such/dir/log" "$program" double 64
[ "$(wc -l <"$TMP/err")" -le 3 ] || fail "much text: $(head -n 4 "$TMP/err")"
# The descriptor of the log is not inherited over exec, and is no low one.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_LOG="$TMP/log2" KMEMU_SUMMARY=1 \
	sh -c 'exec ls -l /proc/self/fd'
! grep -q log2 "$TMP/out" || fail "the log's descriptor is inherited or low"
done_ok
