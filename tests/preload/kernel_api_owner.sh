#!/bin/sh
# Who opens a file and whom it has signals for: by gcc and clang, with contexts checked. Sets of
# signals with libc's headers before the kernel's and behind them, in each order.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_owner"
each_compiler tests/preload/kernel_api_owner.c quiet env KMEMU_CONTEXT=warn

for order in 'K' 'signal.h K' 'K signal.h' 'stdlib.h K signal.h' 'pthread.h K' 'signal.h K signal.h' \
	'K spawn.h sys/signalfd.h' 'stdlib.h K spawn.h ucontext.h'; do
	echo '#define _GNU_SOURCE 1' >"$TMP/sets.c"
	for h in $order; do
		[ "$h" != K ] || h=linux/sched/signal.h
		echo "#include <$h>"
	done >>"$TMP/sets.c"
	cat >>"$TMP/sets.c" <<'C'
#ifdef _SPAWN_H
_Static_assert(sizeof(posix_spawnattr_t) == 336, "libc's layout");
#endif
int main(void)
{
	sigset_t s, other;

	siginitset(&s, sigmask(SIGTERM));
	sigaddset(&s, SIGUSR1);
	sigdelset(&s, SIGTERM);
	sigfillset(&other);
	sigandsets(&other, &other, &s);
	sigaddset(&current->blocked, SIGHUP);
#ifdef SA_RESTART
	if (sigprocmask(SIG_BLOCK, &s, &other) || sigismember(&other, SIGUSR1))
		return 2;
	if (sigprocmask(SIG_BLOCK, &s, &other) || !sigismember(&other, SIGUSR1))
		return 3;
	sigfillset(&other);
	sigandsets(&other, &other, &s);
#endif
	if (sizeof(s) != 128 || !sigismember(&s, SIGUSR1) || sigisemptyset(&other))
		return 4;
	return !sigismember(&current->blocked, SIGHUP) || sigtestsetmask(&s, sigmask(SIGTERM));
}
C
	for cc in "${CC:-cc}" 'clang' "${CC:-cc} -O0 -std=gnu11"; do
		have "${cc%% *}" || continue
		$cc -Wall -Wextra -Werror -Iinclude "$TMP/sets.c" -o "$TMP/sets" \
			"$BUILDDIR/libkmemu.a" -pthread 2>"$TMP/cc" ||
			fail "$cc: $order: $(head -n 3 "$TMP/cc")"
		expect 0 "$TMP/sets"
	done
done
done_ok
