#!/bin/sh
# phys=huge contig.verify=pagemap: as root, with huge pages, kmalloc memory is really
# contiguous, and the line at exit says as many blocks as the program saw; without huge pages it
# says how far from it the machine is; who has no CAP_SYS_ADMIN is told that.
. "$SRCDIR/lib.sh"
run() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="contig.verify=pagemap $1" "$TESTDIR/phys_real"
	err=$(sed -n 's/err \(-*[0-9]*\) .*/\1/p' "$TMP/out")
	whole=$(sed -n 's/.*whole //p' "$TMP/out")
}
run phys=huge
if [ "$err" -ne 0 ]; then
	grep -q 'contig.verify: /proc/self/pagemap: ' "$TMP/err" || fail "it is not said: $(cat "$TMP/err")"
	done_ok
	exit 0
fi
grep -q "contiguous in the model: 32, of these on this machine: $whole;" "$TMP/err" ||
	fail "$whole blocks: $(cat "$TMP/err")"
set -- $(sed -n 's/.*phys: \([0-9]*\)kB .* mapped, \([0-9]*\)kB of them.*/\1 \2/p' "$TMP/err")
[ $# -eq 2 ] || fail "huge pages are not told: $(cat "$TMP/err")"
[ "$1" -ne "$2" ] || [ "$whole" -eq 32 ] || fail "all is huge, and $whole of 32 blocks are whole"
run phys=small
grep -q "contiguous in the model: 32, of these on this machine: $whole;" "$TMP/err" ||
	fail "small: $whole blocks: $(cat "$TMP/err")"
grep -q 'huge pages' "$TMP/err" && fail "huge pages with phys=small"
quiet env LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/phys_real"

# A report says it of its buffer: 4 pages of vmalloc memory are written, and there.
machine() {
	expect 0 env LD_PRELOAD="$KMEMU_LIB" "$@" \
		KMEMU_OPTIONS="contig=warn contig.calls=pwrite report=full json=$TMP/json verdict=0" \
		"$TESTDIR/buffers_stack" area
}
machine KMEMU_CONTIG_VERIFY=pagemap
grep -Eq '^\[.*\] Machine: [1-4] runs?: (as contiguous as|less contiguous than) the model$' "$TMP/err" ||
	fail "no line of the machine: $(cat "$TMP/err")"
grep -Eq '"machine_runs":[1-4],"machine_absent":0,"machine_agrees":(true|false)' "$TMP"/json* ||
	fail "not in the event: $(cat "$TMP"/json*)"
machine KMEMU_CONTIG_VERIFY=off
lines 0 "$TMP/err" Machine:
done_ok
