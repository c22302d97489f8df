#!/bin/sh
# The first run of README.md is what one gets: its program is compiled and run,
# and the output compared, numbers and the frames of libc aside.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"

# block N: the N-th fenced block of README.md with content.
block() {
	awk -v n="$1" '/^```/ { inside = !inside; count += inside; next } inside && count == n' README.md
}
block 1 >"$TMP/twice.c"
grep -q 'free(name);' "$TMP/twice.c" || fail "the first block of README.md is not the program"
"$CC" -g -w -fno-builtin -o "$TMP/twice" "$TMP/twice.c" 2>"$TMP/cc.err" || skip "no C compiler"

normal() {
	sed -e '/\[libc\.so\.6\]$/d' -e '/^\$ /d' -e 's/ *$//' -e 's/^\[ *[0-9.]*\]/[TIME]/' \
		-e 's/0x[0-9a-f]*/HEX/g' -e 's/\(double-free\|sleep-in-atomic\)-[0-9a-f]*/ID/' -e 's/pid: [0-9]*/pid/' -e 's/CPU: [0-9]*/CPU/' \
		-e 's/UID: [0-9]*/UID/' -e 's/PID: [0-9]*/PID/' -e 's/used=[0-9]*/used/' \
		-e 's|(/[^ ]*/\([a-z]*\.c\)|(\1|' -e 's/: [0-9]*; frees: [0-9]*/: N; frees: N/' \
		-e 's/ 00000*HEX*[0-9a-f]*:/ ADDRESS:/' -e 's/Object   [0-9a-f]*: \(.\{36\}\).*/Object: \1/' \
		-e 's/@offset=[0-9]*/@offset/'
}

block 2 | normal >"$TMP/want"
(cd "$TMP" && expect 0 "$K" run ./twice && normal <"$TMP/err" >"$TMP/got")
verdict findings=1
diff -u "$TMP/want" "$TMP/got" >"$TMP/diff" || fail "README.md shows another run: $(cat "$TMP/diff")"
[ "$(wc -l <"$TMP/want")" -gt 20 ] || fail "README.md has no whole run"

block 4 >"$TMP/tick.c"
"$CC" -g -w -o "$TMP/tick" "$TMP/tick.c" || fail "tick.c does not compile"
block 5 | normal >"$TMP/want"
(cd "$TMP" && expect 0 "$K" run ./tick && normal <"$TMP/err" >"$TMP/got")
verdict findings=1
diff -u "$TMP/want" "$TMP/got" >"$TMP/diff" || fail "README.md shows another run: $(cat "$TMP/diff")"

block 6 | sed -n '2p' | normal >"$TMP/want"
LD_PRELOAD=$KMEMU_LIB "$TMP/twice" 2>&1 | normal >"$TMP/got"
diff -u "$TMP/want" "$TMP/got" >"$TMP/diff" || fail "README.md shows another line: $(cat "$TMP/diff")"
done_ok
