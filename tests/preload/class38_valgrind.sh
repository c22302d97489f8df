#!/bin/sh
# Class 38: valgrind has no rseq and replaces malloc in its own tools; the
# program runs with and without that replacement.
. "$SRCDIR/lib.sh"
have valgrind || skip "valgrind is not installed"
run() {
	expect 0 valgrind -q "$@"
	grep -q 'work done' "$TMP/out" || fail "valgrind $*: $(head -n 5 "$TMP/err")"
}
# The tool process itself must not be preloaded: the client's environment is.
export LD_PRELOAD="$KMEMU_LIB"
run --tool=none "$TESTDIR/alloc_work" 1
run --tool=memcheck --error-exitcode=9 "$TESTDIR/alloc_work" 1
# What the checks look at with care is no mistake of the program's.
export KMEMU_OPTIONS="profile=audit verdict=0 contig=warn contig.calls=all usercopy=warn usercopy.calls=all log=$TMP/log"
run --tool=none "$TESTDIR/alloc_work" 1
run --tool=memcheck --error-exitcode=9 "$TESTDIR/alloc_work" 1
[ ! -s "$TMP/err" ] || fail "memcheck: $(head -n 5 "$TMP/err")"
done_ok
