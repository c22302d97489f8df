#!/bin/sh
# Forks of a program that is linked with the library, of both libraries, with and without
# checks, by gcc and clang; a child's findings are its own, with names.
. "$SRCDIR/lib.sh"
. "$SRCDIR/kmemu.inc"
quiet "$TESTDIR/kernel_api_fork"
cat >"$TMP/child.c" <<'C'
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
static DEFINE_SPINLOCK(lock);
static void *sleeper(void *arg) { return pause(), arg; }
static noinline void wrong(void)
{
	spin_lock(&lock);
	kfree(kmalloc(100, GFP_KERNEL)); /* HERE */
	spin_unlock(&lock);
}
int main(int argc, char **argv)
{
	pthread_t t;
	pid_t pid;
	int status = -1;

	(void)argv;
	if (argc > 1 && current->pid != getpid()) /* else it has no heap yet when it forks */
		return 1;
	pthread_create(&t, NULL, sleeper, NULL);
	pid = fork();
	if (!pid) {
		wrong();
		return current->pid != getpid();
	}
	waitpid(pid, &status, 0);
	return status;
}
C
for cc in "gcc -O2" "clang -O0"; do
	have "${cc%% *}" || continue
	$cc -g -w -Iinclude -o "$TMP/child" "$TMP/child.c" "$BUILDDIR/libkmemu.a" -pthread
	for first in "" used; do
		quiet "$TMP/child" $first
		expect 0 "$K" run "$TMP/child" $first
		verdict "findings=1"
		lines 1 "$TMP/err" "^kmemu: sleep-in-atomic-[0-9a-f]* at wrong\+.*/child\.c:$(grep -n HERE "$TMP/child.c" | cut -d: -f1))"
		lines 1 "$TMP/err" 'processes: 2 checked, 0 unchecked'
	done
	$cc -g -Wall -Wextra -Werror -Iinclude -o "$TMP/t" "$SRCDIR/kernel_api_fork.c" \
		"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" || fail "$cc: $(head -n 3 "$TMP/cc")"
	quiet env KMEMU_CONTEXT=warn "$TMP/t"
done
gcc -g -w -Iinclude -o "$TMP/both" "$SRCDIR/kernel_api_fork.c" "$KMEMU_LIB" "$BUILDDIR/libkmemu.a" \
	-Wl,-rpath,"${KMEMU_LIB%/*}" -pthread
quiet "$TMP/both"
done_ok
