#!/bin/sh
# Events that cannot be written are never silence: a process that may write no more
# (RLIMIT_FSIZE), before or after its finding, alone or beside others, is not clean.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
compile lost <<'C' || skip "no C compiler"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
__attribute__((noinline)) static void bug(void)
{
	char *volatile p = malloc(100);
	free(p);
	free(p);
	__asm__ volatile("");
}
static void limit(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_FSIZE, &none);
}
int main(int argc, char **argv)
{
	for (char *c = argv[1]; *c; c++) {
		if (*c == 'l')
			limit();
		if (*c == 'b')
			bug();
		if (*c == 'f' && fork() == 0) {
			limit();
			bug();
			return 0;
		}
		if (*c == 'w')
			wait(NULL);
		if (*c == 'x')
			_exit(0);
	}
	return 0;
}
C
run() {
	expect 0 "$K" run "$TMP/lost" "$1"
	verdict "$2"
}
run l 'unchecked: lost-events'
run lb 'unchecked: lost-events'
run lbx 'unchecked: lost-events'
run bl findings=1
grep -q 'unchecked: lost-events' "$TMP/err" || fail "bl: $(cat "$TMP/err")"
# The child's is lost, the parent's is not.
run fwb findings=1
grep -q 'unchecked: lost-events' "$TMP/err" || fail "fwb: $(cat "$TMP/err")"
run fw 'unchecked: lost-events'
done_ok
