#!/bin/sh
# Modules as courses write them: by gcc and clang without a warning; init_module() and
# cleanup_module() are found without module_init(), in files of their own, and one alone.
. "$SRCDIR/lib.sh"
both() {
	expect 0 "$1"
	lines 1 "$TMP/err" 'courses: init'
	lines 1 "$TMP/err" 'courses: exit'
	lines 2 "$TMP/err" .
	expect 1 "$1" fail=1
	lines 1 "$TMP/err" 'init returned -19 \(ENODEV\)'
	lines 0 "$TMP/err" 'courses: exit'
	expect 0 "$1" pair=3,6
	expect 2 "$1" pair=1,2,3
	lines 1 "$TMP/err" '^pair: can only take 2 arguments'
	expect 2 "$1" nothing=1
	lines 1 "$TMP/err" "^${1##*/}: unknown parameter 'nothing'"
}
both "$TESTDIR/kernel_api_courses"
each_compiler tests/preload/kernel_api_courses.c both

build() {
	# shellcheck disable=SC2086
	$CC -O2 -Wall -Wextra -Werror -Iinclude "$@" -o "$TMP/t" "$BUILDDIR/libkmemu.a" -pthread \
		2>"$TMP/cc" || fail "$*: $(head -n 3 "$TMP/cc")"
}
cat >"$TMP/start.c" <<'C'
#include <linux/module.h>
int init_module(void)
{
	pr_info("start\n");
	return 0;
}
C
cat >"$TMP/stop.c" <<'C'
#include <linux/module.h>
void cleanup_module(void)
{
	pr_info("stop\n");
}
C
cat >"$TMP/last.c" <<'C'
#include <linux/module.h>
static int __init last(void)
{
	pr_info("last\n");
	return 0;
}
late_initcall(last);
C
build "$TMP/start.c" "$TMP/stop.c" "$TMP/last.c"
expect 0 "$TMP/t"
[ "$(sed 's/.*\] //' "$TMP/err" | tr '\n' ' ')" = "start last stop " ] || fail "$(cat "$TMP/err")"
build "$TMP/start.c"
expect 0 "$TMP/t"
lines 1 "$TMP/err" start
build "$TMP/stop.c" "$TMP/last.c"
expect 0 "$TMP/t"
lines 1 "$TMP/err" stop

# Without any of them libc's function of that name is not taken for the module's.
echo '#include <linux/module.h>' >"$TMP/none.c"
build "$TMP/none.c"
expect 2 "$TMP/t"
lines 1 "$TMP/err" 'no module_init'
done_ok
