#!/bin/sh
# Signals of kernel threads: by gcc and clang, with contexts checked; and the names of
# signals, which are libc's, with <signal.h> before and behind, in C and C++.
. "$SRCDIR/lib.sh"
quiet "$TESTDIR/kernel_api_signals"
each_compiler tests/preload/kernel_api_signals.c quiet env KMEMU_CONTEXT=warn

body() {
	cat <<'C'
#if SIGHUP != 1 || SIGKILL != 9 || SIGUSR1 != 10 || SIGTERM != 15 || SIGIO != 29 || SIGSYS != 31
#error "other numbers"
#endif
static int sent;
static void handler(int sig, siginfo_t *info, void *context)
{
	(void)context;
	sent = sig == SIGRTMIN && info->si_code == SI_QUEUE ? info->si_int : -1;
}
int main(void)
{
	struct kernel_siginfo info;
	struct sigaction act;
	union sigval v;
	sigset_t none;

	sigemptyset(&none);
	memset(&act, 0, sizeof(act));
	memset(&info, 0, sizeof(info));
	info.si_signo = SIGRTMIN;
	info.si_code = SI_QUEUE;
	act.sa_sigaction = handler;
	act.sa_flags = SA_SIGINFO;
	v.sival_int = 7;
	if (sigaction(SIGRTMIN, &act, NULL) || sigqueue(getpid(), SIGRTMIN, v) || sent != 7)
		return 1;
	return signal_pending(current) || fatal_signal_pending(current) ||
	       signal(SIGUSR2, SIG_IGN) != SIG_DFL || info.si_pid || SIGRTMAX < SIGRTMIN;
}
C
}
warnings='-Wall -Wextra -Werror'
for header in sched.h signal.h; do
	for order in before behind; do
		for cc in "${CC:-cc} -xc" "clang -xc" "${CXX:-c++} -xc++"; do
			command -v ${cc% *} >/dev/null || continue
			{
				[ $order = behind ] || echo '#include <signal.h>'
				echo "#include <linux/$header>"
				echo '#include <linux/sched.h>'
				echo '#include <signal.h>'
				echo '#include <string.h>'
				echo '#include <unistd.h>'
				body
			} >"$TMP/names.c"
			$cc $warnings -Iinclude "$TMP/names.c" -xnone -o "$TMP/names" \
				"$BUILDDIR/libkmemu.a" -pthread ||
				fail "$cc: <signal.h> $order <linux/$header>"
			quiet "$TMP/names"
		done
	done
done
# Kernel code may have these names of its own: no function of libc's is declared.
cat >"$TMP/own.c" <<'C'
#include <linux/sched/signal.h>
#include <linux/module.h>
static int kill, raise;
static void signal(long a) { kill = (int)a; }
static void sigaction(void) { raise = 1; }
static int __init own_init(void)
{
	signal(SIGINT);
	sigaction();
	return kill != SIGINT || raise != 1;
}
module_init(own_init);
C
${CC:-cc} $warnings -Iinclude "$TMP/own.c" -o "$TMP/own" "$BUILDDIR/libkmemu.a" -pthread
quiet "$TMP/own"
done_ok
