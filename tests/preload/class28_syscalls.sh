#!/bin/sh
# Class 28: the system calls that the preload adds to a program's own are those
# that docs/limits.md publishes for filters that kill.
. "$SRCDIR/lib.sh"
have strace || skip "strace is not installed"
strace -o "$TMP/trace" true 2>/dev/null || skip "strace does not work here"
docs=$SRCDIR/../../docs/limits.md
sed -n '/^| when | system calls/,/^$/p' "$docs" | cut -d'|' -f3 | tr -cs 'a-z0-9_' '\n' |
	sort -u >"$TMP/published"
[ "$(wc -l <"$TMP/published")" -gt 10 ] || fail "no table of system calls in $docs"
calls() {
	timeout 50 strace -f -qq -o "$TMP/trace" "$@" >/dev/null 2>&1 </dev/null ||
		fail "under strace: $*"
	sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$TMP/trace" | sort -u
}
for program in alloc_work class11_alignment class12_contracts class13_errno; do
	calls "$TESTDIR/$program" >"$TMP/plain"
	calls -E LD_PRELOAD="$KMEMU_LIB" "$TESTDIR/$program" >"$TMP/ours"
	# What loading any object takes is not ours.
	printf '%s\n' openat read close newfstatat mprotect pread64 |
		sort -u - "$TMP/plain" "$TMP/published" >"$TMP/known"
	new=$(comm -13 "$TMP/known" "$TMP/ours" | tr '\n' ' ')
	[ -z "$new" ] || fail "$program: calls that are not published: $new"
done
done_ok
