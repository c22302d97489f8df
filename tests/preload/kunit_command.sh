#!/bin/sh
# kmemu kunit: table, text of what failed, JUnit, filter, list, exit status, a program
# that dies, one that is none.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
$CC -O1 -g -Iinclude tests/kernel/kunit_all.c -o "$TMP/suites" "$BUILDDIR/libkmemu.a" -pthread ||
	fail "the suites do not compile"

expect 0 "$K" kunit --filter=good --junit="$TMP/good.xml" "$TMP/suites"
lines 1 "$TMP/out" '^good +5 +4 +0 +1 '
lines 1 "$TMP/out" '^skipped good.skips: not today'
lines 1 "$TMP/good.xml" '<testsuite name="good" tests="5" failures="0" errors="0" skipped="1"'
lines 1 "$TMP/good.xml" 'name="skips".*<skipped message="not today"/>'

expect 1 "$K" kunit --junit="$TMP/all.xml" "$TMP/suites"
lines 1 "$TMP/out" '^FAILED bad.fails'
lines 1 "$TMP/out" 'ASSERTION FAILED at tests/kernel/kunit_all.c:'
lines 1 "$TMP/out" '^bad +2 +0 +2 +0 '
lines 1 "$TMP/out" '^dead .* FAILED'
lines 2 "$TMP/all.xml" '<failure>'
lines 1 "$TMP/all.xml" '<error>'
lines 1 "$TMP/err" 'kernel BUG at tests/kernel/kunit_all.c:'
if have xmllint; then xmllint --noout "$TMP/all.xml" || fail "no XML"; fi

expect 0 "$K" kunit --list "$TMP/suites"
lines 1 "$TMP/out" '^good.named$'
expect 0 "$K" kunit --ktap --filter='good.named' "$TMP/suites"
lines 1 "$TMP/out" '^    ok 1 named$'
expect 2 "$K" kunit --filter=none "$TMP/suites"
lines 0 "$TMP/err" 'no results'
expect 0 "$K" kunit "$TMP/suites" --filter=good.named --junit="$TMP/behind.xml"
lines 1 "$TMP/behind.xml" 'tests="1"'
expect 2 "$K" kunit "$TMP/suites" nothing=1

printf '%s\n' '#!/bin/sh' 'echo KTAP version 1; echo 1..1; echo "    KTAP version 1"' \
	'echo "    # Subtest: s"; echo "    1..2"; echo "    ok 1 one"; kill -SEGV $$' >"$TMP/dies"
chmod +x "$TMP/dies"
expect 139 "$K" kunit --junit="$TMP/dies.xml" "$TMP/dies"
lines 1 "$TMP/out" '^CRASHED s\.'
lines 1 "$TMP/dies.xml" '<error>'
printf '%s\n' '#!/bin/sh' 'echo KTAP version 1; echo 1..2; echo "    KTAP version 1"' \
	'echo "    # Subtest: s"; echo "    1..1"; echo "    ok 1 one"; echo ok 1 s' >"$TMP/short"
chmod +x "$TMP/short"
expect 1 "$K" kunit "$TMP/short"
expect 125 "$K" kunit true
expect 127 "$K" kunit "$TMP/absent"
expect 125 "$K" kunit
expect 125 "$K" kunit --nonsense "$TMP/suites"
done_ok
