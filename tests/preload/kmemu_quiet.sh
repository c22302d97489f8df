#!/bin/sh
# -q: on standard error the verdict and nothing else, whatever happens; a log that is
# asked for is as ever.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
compile bug <<'C' || skip "no C compiler"
#include <stdlib.h>
int main(int argc, char **argv)
{
	char *volatile p = malloc(100);
	free(p);
	free(p);
	if (argc > 1)
		abort();
	return 3;
}
C
alone() {
	verdict "$1"
	lines 1 "$TMP/err" ''
}
expect 3 "$K" -q "$TMP/bug"
alone findings=1
expect 134 "$K" run --quiet "$TMP/bug" abort
alone findings=1
expect 3 "$K" -q -o report=line "$TMP/bug"
alone findings=1
expect 0 "$K" -q sh -c 'env -i /bin/true; :'
alone 'unchecked: .*'
expect 3 "$K" -q --log="$TMP/log" --json="$TMP/json" "$TMP/bug"
[ ! -s "$TMP/err" ] || fail "beside the log: $(cat "$TMP/err")"
grep -q 'double free of kmalloc-128' "$TMP/log" || fail "the log lacks the report"
tail -n 1 "$TMP/log" | grep -qx 'kmemu: verdict: findings=1' || fail "the log lacks the verdict"
grep -q '"event":"finding"' "$TMP/json" || fail "no event"
done_ok
