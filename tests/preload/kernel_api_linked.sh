#!/bin/sh
# run: timeout=180
# A program that has kmemu inside (libkmemu.a alone) is checked by what it has: under
# `kmemu run`, as a child of a shell that has the preload, and with the bare preload,
# which steps aside. Its own children have the preload again.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
include=$SRCDIR/../../include
a=$BUILDDIR/libkmemu.a

ring() {
	gcc -g -I"$include" '-DKBUILD_MODNAME="ring"' "$SRCDIR/../../examples/$1.c" \
		"$SRCDIR/../../examples/ring_test.c" ${3:-} -o "$TMP/$2" "$a" -pthread ||
		fail "$2 does not compile"
}
found() {
	lines 1 "$TMP/out" '^ok 1 ring'
	verdict findings=3
	lines 1 "$TMP/err" '^kmemu: sleep-in-atomic.* ring_interrupt.*/ring\.c:56\)'
	lines 1 "$TMP/err" '^kmemu: vmalloc-in-atomic.* ring_write.*/ring\.c:136\)'
	lines 1 "$TMP/err" '^kmemu: dma-memory.* ring_probe.*/ring\.c:171\)'
	lines 1 "$TMP/err" "^kmemu: coverage: .*; processes: $1 checked, 0 unchecked; 1 of them with libkmemu.a inside: its malloc was not looked at\$"
}
ring ring ring
ring ring_mended mended
expect 0 "$K" run "$TMP/ring"
found 1
expect 9 "$K" run --error-exitcode=9 -- sh -c "$TMP/ring; true"
found 2
expect 0 "$K" run "$TMP/mended"
verdict clean
lines 0 "$TMP/err" 'BUG|WARNING'

# Bare: the log is the program's own, nothing else is there.
expect 0 env LD_PRELOAD="$KMEMU_LIB" KMEMU_OPTIONS="profile=audit verdict=1" "$TMP/ring"
lines 1 "$TMP/out" '^ok 1 ring'
verdict findings=3
expect 0 env KMEMU_OPTIONS="profile=audit verdict=1" "$TMP/ring"
verdict findings=3
expect 0 env LD_PRELOAD="$KMEMU_LIB" "$TMP/mended"
lines 0 "$TMP/err" .

# A finding deep in the library is at the line that called it, once for each line.
cat >"$TMP/deep.c" <<'C'
#include <linux/module.h>
#include <linux/percpu.h>

static noinline void asks(void)
{
	free_percpu(__alloc_percpu(PAGE_SIZE * 64, 8));
	free_percpu(__alloc_percpu(PAGE_SIZE * 65, 8));
}

static int __init deep_init(void)
{
	volatile int i; /* one call of it */

	for (i = 0; i < 3; i++)
		asks();
	return 0;
}
module_init(deep_init);
C
gcc -g -O1 -I"$include" -o "$TMP/deep" "$TMP/deep.c" "$a" -pthread || fail "deep does not compile"
expect 0 "$K" run "$TMP/deep"
verdict findings=2
lines 2 "$TMP/err" '^kmemu: gfp-warning-.* at asks.*/deep\.c:[67]\)'
lines 2 "$TMP/err" 'WARNING: .* at asks\+'

# Its children are checked, by fork and by exec; its environment is as it was.
cat >"$TMP/parent.c" <<'C'
#include <linux/slab.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	void *p = kmalloc(64, GFP_KERNEL);
	int status;

	printf("%s|%s|%s\n", getenv("LD_PRELOAD"), argv[0], getenv("KMEMU_LD_PRELOAD"));
	fflush(stdout);
	if (fork() == 0) {
		kfree(p);
		kfree(p);
		exit(0);
	}
	wait(&status);
	kfree(p);
	return system(argv[1]);
}
C
gcc -g -I"$include" -o "$TMP/parent" "$TMP/parent.c" "$a" -pthread || fail "parent does not compile"
compile twice <<'C'
#include <stdlib.h>
int main(void) { void *p = malloc(100); free(p); free(p); return 0; }
C
expect 0 "$K" run -- sh -c "$TMP/parent $TMP/twice; true"
verdict findings=2
grep -q "^$KMEMU_LIB|$TMP/parent|(null)\$" "$TMP/out" || fail "its environment: $(cat "$TMP/out")"
lines 1 "$TMP/err" '^kmemu: double-free-.* main.*/parent\.c:17\)'
lines 1 "$TMP/err" '^kmemu: double-free-.* main.*/twice\.c:2\)'
expect 0 env LD_PRELOAD="$KMEMU_LIB:libm.so.6" "$TMP/parent" true
grep -q "^$KMEMU_LIB:libm.so.6|$TMP/parent|(null)\$" "$TMP/out" ||
	fail "its environment: $(cat "$TMP/out")"

# What no preload can reach is reached: a static program, one with a sanitizer.
ring ring static -static
expect 0 "$K" run "$TMP/static"
found 1
expect 0 "$K" run -- sh -c "$TMP/static; true"
found 2
if ring ring asan -fsanitize=address 2>/dev/null; then
	expect 0 env ASAN_OPTIONS=detect_leaks=0 "$K" run "$TMP/asan"
	found 1
fi

# Both in one program, in the order that does not work.
gcc -g -I"$include" '-DKBUILD_MODNAME="ring"' "$SRCDIR/../../examples/ring.c" \
	"$SRCDIR/../../examples/ring_test.c" -o "$TMP/both" "$a" "$KMEMU_LIB" -Wl,--no-as-needed \
	"$KMEMU_LIB" -Wl,-rpath,"${KMEMU_LIB%/*}" -pthread || fail "both does not compile"
"$K" run "$TMP/both" >"$TMP/out" 2>"$TMP/err"
lines 1 "$TMP/err" '^kmemu: .*nothing is looked at; link libkmemu.so before libkmemu.a'
done_ok
