#!/bin/sh
# Names that would break a line of a report: of the program's file, of its thread,
# of a library. Control bytes are escaped as /proc/PID/maps does.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
dir="$TMP/a dir"
mkdir "$dir"
cat >"$TMP/lib.c" <<'C'
#include <stdlib.h>
void twice(void)
{
	char *volatile p = malloc(100);
	free(p);
	free(p);
	__asm__ volatile("");
}
C
cat >"$TMP/prog.c" <<'C'
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
int main(int argc, char **argv)
{
	void *lib = dlopen(argv[1], RTLD_NOW);
	void (*twice)(void) = lib ? (void (*)(void))dlsym(lib, "twice") : NULL;
	char *volatile p = malloc(100);
	free(p);
	free(p);
	prctl(PR_SET_NAME, "th\nread\t1");
	if (twice)
		twice();
	puts("went on");
	return 0;
}
C
"$CC" -g -O1 -w -fno-builtin -shared -fPIC -o "$TMP/lib.so" "$TMP/lib.c" || skip "no C compiler"
"$CC" -g -O1 -w -fno-builtin -o "$TMP/prog" "$TMP/prog.c" -ldl || skip "no C compiler"
program="$dir/pro
gram"
library="$dir/lib
rary.so"
mv "$TMP/prog" "$program"
mv "$TMP/lib.so" "$library"
one_line_each() {
	grep -Ev '^(\[ *[0-9]+\.[0-9]{6}\] |kmemu: )' "$TMP/err" >"$TMP/odd"
	[ ! -s "$TMP/odd" ] || fail "$1: $(head -n 3 "$TMP/odd")"
}
expect 0 "$K" run --json="$TMP/json" "$program" "$library"
verdict findings=2
one_line_each report
lines 1 "$TMP/err" 'Comm: pro\\012gram '
lines 1 "$TMP/err" 'Comm: th\\012read\\0111 '
grep -Eq '^\[.*\]  twice\+0x[0-9a-f]+/0x[0-9a-f]+ \[lib\\012rary\.so\]$' "$TMP/err" ||
	fail "the library's name: $(cat "$TMP/err")"
grep -Fq 'main+' "$TMP/err" || fail "no main"
grep -Fq '[pro\012gram]' "$TMP/err" || fail "the program's name: $(cat "$TMP/err")"
grep -Fq '"comm":"pro\ngram"' "$TMP/json" || fail "the event's name"
# The OOM killer's lines.
cat >"$TMP/oom.c" <<'C'
#include <stdlib.h>
#include <string.h>
int main(void)
{
	for (;;)
		memset(malloc(100000), 1, 100000);
}
C
"$CC" -O1 -w -fno-builtin -o "$program" "$TMP/oom.c" || fail "cc"
for report in full line; do
	expect 137 "$K" run -o "mem=64M oom=kill report=$report" "$program"
	grep -Fq 'pro\012gram invoked oom-killer' "$TMP/err" || fail "oom, $report: $(cat "$TMP/err")"
done
done_ok
