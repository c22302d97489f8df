#!/bin/sh
# usercopy: off, warn, fail; the bucket or, with usercopy.exact=1, the requested size;
# calls into the kernel, or with usercopy.calls=all memcpy and its like.
. "$SRCDIR/lib.sh"
run() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="report=line $1" \
		"$TESTDIR/buffers_policy" $2
}
found() {
	[ "$(grep -c "$2" "$TMP/err")" = "$1" ] ||
		fail "$(grep -c "$2" "$TMP/err") times, not $1, '$2': $(cat "$TMP/err")"
}
# In the bucket of 64, and behind it.
run usercopy=warn "calls 50 64"
[ ! -s "$TMP/err" ] || fail "in its bucket: $(cat "$TMP/err")"
lines 1 "$TMP/out" '^write 64 $'
run usercopy=warn "calls 50 200"
found 5 "exposure attempt detected from SLUB object 'kmalloc-64'"
found 1 "from SLUB object 'kmalloc-64' (offset 25, size 175)"
found 1 "send(fd [0-9]*, 0x.*, 200): "
found 1 "writev(fd [0-9]*, element 2 of 2: "
found 1 "exposure attempt detected from vmalloc (offset 0, size 230000)"
found 6 "attempt detected" # a block of pages is 128 KB, whatever was asked for
lines 1 "$TMP/out" '^write 200 $'
# What was asked for counts.
run "usercopy=warn usercopy.exact=1" "calls 50 60"
found 5 "from SLUB object 'kmalloc-64'"
found 1 "from page alloc (offset 0, size 100400)"
found 1 "from vmalloc (offset 0, size 202000)"
found 7 "attempt detected"
run "usercopy=warn usercopy.exact=1" "calls 50 50"
[ ! -s "$TMP/err" ] || fail "exact: $(cat "$TMP/err")"
run usercopy=fail "calls 50 200"
for call in write writev send sendmsg area inside; do
	lines 1 "$TMP/out" "^$call -1 Bad address\$"
done
lines 1 "$TMP/out" '^nothing 0 $'
lines 1 "$TMP/out" '^foreign 4096 $'
for options in usercopy=off usercopy=count; do
	run $options "calls 50 200"
	[ ! -s "$TMP/err" ] || fail "$options: $(cat "$TMP/err")"
done

run usercopy=warn "spliced 50 100"
found 1 "^vmsplice(.*exposure attempt"
found 1 "^vmsplice(.*overwrite attempt"
lines 1 "$TMP/out" '^from 100 $'

# A length of -1: to the kernel it is the address that is wrong.
run usercopy=warn "wraps 50 18446744073709551615"
found 1 "^write(fd [0-9]*, 0x.*, 18446744073709551615): Kernel memory exposure attempt detected from wrapped address (offset 0, size [0-9]*)!"

run usercopy=warn "copies 50 200"
[ ! -s "$TMP/err" ] || fail "memcpy without usercopy.calls=all: $(cat "$TMP/err")"
run "usercopy=warn usercopy.calls=all" "copies 50 200"
found 1 "^memcpy(0x.*exposure attempt detected from SLUB object 'kmalloc-64' (offset 0, size 200)"
found 1 "^memmove(0x.*exposure attempt"
found 2 "attempt detected"
run "usercopy=warn usercopy.calls=all" "copies 50 60"
[ ! -s "$TMP/err" ] || fail "memcpy in its bucket: $(cat "$TMP/err")"
# What a string without an end reads.
run "usercopy=warn usercopy.calls=all" "strings 50 64"
found 1 "^strcpy(0x.*exposure attempt detected from SLUB object 'kmalloc-64' (offset 0, size 65)"
found 1 "^stpcpy(0x.*exposure attempt"
lines 1 "$TMP/out" '^strings 64 $'
run "usercopy=warn usercopy.calls=all" "strings 50 63"
[ ! -s "$TMP/err" ] || fail "a string in its bucket: $(cat "$TMP/err")"
# Both sides: one finding, which names the source, too.
run "usercopy=warn usercopy.calls=all" "both 50 100"
found 1 "^memcpy(0x.*, 100): .*overwrite attempt .* (offset 0, size 100)!; also wrong: the source$"
found 1 attempt
run "usercopy=warn usercopy.calls=all report=full" "both 50 100"
found 1 "Also wrong: the source: 0x[0-9a-f]*, 100: usercopy, kmalloc-64 object 0x[0-9a-f]* of 64 bytes$"
run "usercopy=fail usercopy.calls=all" "appends 64 100"
for call in strcat strncat; do
	found 1 "^$call(0x[0-9a-f]*, 102): .*overwrite attempt detected to SLUB object 'kmalloc-64' (offset 0, size 102)"
done
found 1 "^stpncpy(0x.*, 100): .*overwrite attempt"
found 1 "^explicit_bzero(0x.*, 100): .*overwrite attempt"
found 1 "^strncpy(0x.*): .*exposure attempt detected from SLUB object 'kmalloc-64' (offset 0, "
found 5 attempt
lines 1 "$TMP/out" '^appends 121 $'
run "usercopy=warn usercopy.calls=all" "appends 128 96"
found 1 "^strncpy(0x.*): .*exposure attempt"
found 1 attempt
# Skipped: what would be overwritten is not.
run "usercopy=fail usercopy.calls=all" "copies 50 200 overwrites"
found 1 "^memset(0x.*overwrite attempt detected to SLUB object 'kmalloc-64' (offset 0, size 200)"
found 1 "^strcpy(0x.*overwrite attempt"
lines 1 "$TMP/out" '^memcpy 1 $'
lines 1 "$TMP/out" '^strcpy 0 $'
done_ok
