#!/bin/sh
# Offsets that O_DIRECT refuses are those that count: of preadv2 its own, of a file that is
# appended to its end; and at a file's end nothing is refused.
. "$SRCDIR/lib.sh"
cd "$TMP" || exit 1
for twin in "" right; do
	"$TESTDIR/buffers_place" $twin >"$TMP/out" 2>&1
	[ $? -ne 77 ] || skip "O_DIRECT takes other offsets here"
done
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="contig=warn report=line" "$TESTDIR/buffers_place"
lines 2 "$TMP/err" '^preadv2\(.*: O_DIRECT refuses it: .* offset 3 is no multiple of '
lines 1 "$TMP/err" '^pwritev2\(.*: O_DIRECT refuses it: .* offset 3 is no multiple of '
lines 1 "$TMP/err" '^pwrite\(.*: O_DIRECT refuses it: .* offset 5000 is no multiple of '
[ "$(wc -l <"$TMP/err")" = 4 ] || fail "more: $(cat "$TMP/err")"
for policy in warn fail; do
	quiet env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS=contig=$policy "$TESTDIR/buffers_place" right
done
done_ok
