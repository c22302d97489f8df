#!/bin/sh
# kmemu advise: sites where a lock is held. What a lock of the program's own
# (annotate.h) or a pthread spinlock makes atomic is GFP_ATOMIC, and the cap beforehand.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
compile atomic -iquote "$SRCDIR/../../include" -pthread <<'C' || skip "no C compiler"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "kmemu/annotate.h"
#define SITE __attribute__((noinline, noclone)) static
static void *volatile p;
static pthread_spinlock_t lock;
SITE void small(void) { p = malloc(48); }
SITE void great(void) { p = calloc(3, 100000); }
SITE void outside(void) { p = malloc(48); }
int main(int argc, char **argv)
{
	pthread_spin_init(&lock, 0);
	outside();
	free(p);
	if (argc > 1)
		pthread_spin_lock(&lock);
	else
		KMEMU_SPIN_LOCKED(&lock);
	small();
	great();
	if (argc > 1)
		pthread_spin_unlock(&lock);
	else
		KMEMU_SPIN_UNLOCKED(&lock);
	free(p);
	outside();
	return 0;
}
C
cd "$TMP" || exit 1
judged() { # arguments...
	expect 0 "$K" advise -v ./atomic "$@"
	head -n 1 "$TMP/err" | grep -Eq ': great \[atomic\]: calloc -> vcalloc\(\) beforehand: .*: atomic \(spinlock\)$' ||
		fail "$*: the cap under a lock: $(head -n 3 "$TMP/err")"
	lines 1 "$TMP/err" ': small \[atomic\]: malloc -> kmalloc\(GFP_ATOMIC\): must not sleep: atomic \(spinlock\)$'
	lines 1 "$TMP/err" ': outside \[atomic\]: malloc -> kmalloc\(GFP_KERNEL\): process context$'
	lines 1 "$TMP/err" '1 call, 48 bytes each, .*; atomic \(spinlock\), 1 where it must not sleep; not zeroed'
	lines 1 "$TMP/err" '2 calls, 48 bytes each, .*; task; not zeroed'
}
judged
# What the library wraps; a library that does not yet cannot know.
! nm -D "$KMEMU_LIB" | grep -q ' T pthread_spin_lock$' || judged pthread
done_ok
