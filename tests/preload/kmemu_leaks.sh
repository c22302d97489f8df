#!/bin/sh
# -v: blocks alive at exit, by call site, with function, file and line. Not
# alive is what was freed, what realloc moved counts once, and no finding is
# made of it.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
compile leaks <<'C' || skip "no C compiler"
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
void *kept[64];
__attribute__((noinline)) static void keep(int i)
{
	kept[i] = malloc(100);
	__asm__ volatile("");
}
__attribute__((noinline)) static void grow(int i)
{
	kept[i] = realloc(kept[i], 5000);
	__asm__ volatile("");
}
int main(int argc, char **argv)
{
	for (int i = 0; i < 12; i++)
		keep(i);
	for (int i = 0; i < 5; i++)
		free(kept[i]);
	grow(11);
	kept[20] = calloc(3, 100000);
	for (int i = 0; i < argc - 1; i++)
		if (fork() == 0)
			exit(0);
	while (wait(NULL) > 0)
		;
	return 0;
}
C
# alive BYTES BLOCKS FUNCTION LINE
alive() {
	lines 1 "$TMP/err" "^kmemu: alive at exit: $1 bytes in $2 from $3\\+0x[0-9a-f]+/0x[0-9a-f]+ \\[leaks\\] \\(.*/leaks\\.c:$4\\)\$"
}
for children in '' 'a b'; do
	# shellcheck disable=SC2086
	expect 0 "$K" run -v --json="$TMP/json" "$TMP/leaks" $children
	verdict clean
	alive 768 '6 blocks' keep 8
	alive 8192 '1 block' grow 13
	alive 303104 '1 block' main 23
	lines 3 "$TMP/err" 'alive at exit: .* \[leaks\]'
	# Not in a fork child's name, whose blocks are its parent's.
	lines 1 "$TMP/json" '"function":"keep"'
done
# What a report in a thread needs is nobody's leak.
compile thread <<'C' || skip "no C compiler"
#include <pthread.h>
#include <stdlib.h>
static void *twice(void *arg)
{
	char *volatile p = malloc(100);

	free(p);
	free(p);
	return arg;
}
int main(void)
{
	pthread_t t;

	return pthread_create(&t, NULL, twice, NULL) || pthread_detach(t) || (usleep(500000), 0);
}
C
expect 0 "$K" run -v "$TMP/thread"
verdict findings=1
grep 'alive at exit.* \[lib\(elf\|kmemu\)' "$TMP/err" && fail "a block of kmemu's own"
# Only where it is asked for.
expect 0 "$K" run "$TMP/leaks"
grep -q 'alive at exit' "$TMP/err" && fail "without -v"
expect 0 "$K" run -v -o leak=off "$TMP/leaks"
grep -q 'alive at exit' "$TMP/err" && fail "leak=off"
verdict clean
done_ok
