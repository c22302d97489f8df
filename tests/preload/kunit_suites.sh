#!/bin/sh
# Suites of kunit/test.h on libkmemu.a: KTAP to the letter, the exit status, filters;
# a module with parameters.
. "$SRCDIR/lib.sh"
for cc in gcc clang; do
	have $cc || continue
	$cc -O1 -g -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="kunit_all"' \
		tests/kernel/kunit_all.c -o "$TMP/suites" "$BUILDDIR/libkmemu.a" -pthread \
		2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	[ -x "$TMP/suites" ] || continue
	for suite in good bad dead; do
		want=1
		[ $suite != good ] || want=0
		expect $want "$TMP/suites" kunit.filter_glob=$suite
		cat "$TMP/out"
	done | sed "s/(void\*)0/(void *)0/" >"$TMP/all"
	cmp -s "$TMP/all" tests/golden/kunit_suites.ktap ||
		fail "$cc: $(diff "$TMP/all" tests/golden/kunit_suites.ktap | head -n 5)"
	expect 0 "$TMP/suites" 'kunit.filter_glob=g*.*med' kunit.stats_enabled=0
	lines 1 "$TMP/out" 'ok 1 named'
	lines 1 "$TMP/out" '    1\.\.1'
	lines 0 "$TMP/out" 'pass:'
	expect 0 "$TMP/suites" kunit.action=list
	lines 1 "$TMP/out" 'good.with_param'
	expect 2 "$TMP/suites" kunit.filter_glob=none
	expect 1 "$TMP/suites"
	lines 1 "$TMP/out" '1\.\.3'
	rm -f "$TMP/suites"
done

for cc in gcc clang; do
	have $cc || continue
	$cc -O1 -Wall -Wextra -Werror -Iinclude '-DKBUILD_MODNAME="hello"' \
		tests/kernel/module_params.c -o "$TMP/hello" "$BUILDDIR/libkmemu.a" -pthread \
		2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	[ -x "$TMP/hello" ] || continue
	expect 0 "$TMP/hello"
	lines 1 "$TMP/err" '\] hello: 3 world 0  \[\] 0'
	lines 1 "$TMP/err" '\] hello: bye'
	expect 0 "$TMP/hello" n=0x10 hello.who=me loud list=1,2,3 buf=abc big-one=-5
	lines 1 "$TMP/err" '\] hello: 16 me 1 abc \[ 1 2 3\] -5'
	expect 1 "$TMP/hello" n=5
	lines 1 "$TMP/err" 'hello: init returned -22 \(EINVAL\)'
	lines 0 "$TMP/err" 'bye'
	expect 2 "$TMP/hello" n=x
	lines 1 "$TMP/err" "hello: .x' invalid for parameter .n'"
	expect 2 "$TMP/hello" nn=1
	lines 1 "$TMP/err" "hello: unknown parameter 'nn'"
	for bad in n n=99999999999 list=1,2,3,4,5 buf=abcdefgh loud=maybe big_one=40000; do
		expect 2 "$TMP/hello" $bad
	done
	expect 0 env KMEMU_LOGLEVEL=6 "$TMP/hello"
	lines 0 "$TMP/err" 'world'
	rm -f "$TMP/hello"
done
done_ok
