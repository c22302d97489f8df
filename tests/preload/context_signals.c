// flags: -Wno-deprecated-declarations
/*
 * What a program is told of its own handlers, however it installs them: printed,
 * and the same without the library. With "raw NUMBER" a handler that libc does not
 * know of; with "timer" one of a POSIX timer's signal that allocates. For
 * context_signals.sh.
 */
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

sighandler_t sysv_signal(int signo, sighandler_t handler);
sighandler_t bsd_signal(int signo, sighandler_t handler);
sighandler_t __sysv_signal(int signo, sighandler_t handler);

static volatile int ran;
static void *alt_lo, *alt_hi;

static void plain(int signo)
{
	struct sigaction act;
	sigset_t mask;
	char here;

	ran++;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigaction(signo, NULL, &act);
	printf("  runs %s%s%s%s\n", (void *)&here > alt_lo && (void *)&here < alt_hi ? "alt " : "",
	       sigismember(&mask, signo) ? "blocked " : "",
	       sigismember(&mask, SIGUSR2) ? "with USR2 " : "",
	       act.sa_handler == SIG_DFL ? "once" : "");
}

static void informed(int signo, siginfo_t *info, void *ucontext)
{
	CHECK(info->si_signo == signo && ucontext);
	printf("  code %d value %d\n", info->si_code,
	       info->si_code == SI_QUEUE ? info->si_value.sival_int : 0);
}

static const char *name_of(sighandler_t handler)
{
	return handler == SIG_DFL			   ? "default" :
	       handler == SIG_IGN			   ? "ignore" :
	       handler == SIG_ERR			   ? "error" :
	       handler == SIG_HOLD			   ? "hold" :
	       handler == plain				   ? "plain" :
	       (void *)handler == (void *)informed ? "informed" :
							     "something else";
}

static void show(const char *what, int signo)
{
	struct sigaction act;

	CHECK(!sigaction(signo, NULL, &act));
	printf("%s: %s, flags %x, mask%s%s\n", what, name_of(act.sa_handler),
	       (unsigned int)act.sa_flags, sigismember(&act.sa_mask, SIGUSR1) ? " USR1" : "",
	       sigismember(&act.sa_mask, SIGUSR2) ? " USR2" : "");
}

static void was(const char *what, sighandler_t old)
{
	printf("%s: was %s\n", what, name_of(old));
	show(what, SIGUSR1);
	raise(SIGUSR1);
	show("  then", SIGUSR1);
}

static void by_sigaction(const char *what, int flags)
{
	struct sigaction act = { .sa_flags = flags }, old;

	if (flags & SA_SIGINFO)
		act.sa_sigaction = informed;
	else
		act.sa_handler = plain;
	sigaddset(&act.sa_mask, SIGUSR2);
	CHECK(!sigaction(SIGUSR1, &act, &old));
	was(what, old.sa_handler);
	CHECK(!sigaction(SIGUSR1, NULL, NULL));
}

static void all_flags(void)
{
	by_sigaction("no flags", 0);
	by_sigaction("SA_RESTART", SA_RESTART);
	by_sigaction("SA_NODEFER", SA_NODEFER);
	by_sigaction("SA_ONSTACK", SA_ONSTACK);
	by_sigaction("SA_RESETHAND", (int)SA_RESETHAND);
	by_sigaction("SA_RESETHAND|SA_SIGINFO", (int)SA_RESETHAND | SA_SIGINFO);
	by_sigaction("SA_RESETHAND|SA_NODEFER", (int)SA_RESETHAND | SA_NODEFER);
	by_sigaction("SA_SIGINFO|SA_NODEFER", SA_SIGINFO | SA_NODEFER);
}

/* Where the new one lies the old one is told. */
static void in_one_place(void)
{
	struct sigaction act = { .sa_handler = plain, .sa_flags = (int)SA_RESETHAND };

	CHECK(!sigaction(SIGUSR1, &act, opaque(&act)));
	was("SA_RESETHAND in one place", act.sa_handler);
	act = (struct sigaction){ .sa_handler = plain };
	CHECK(!sigaction(SIGUSR1, &act, opaque(&act)));
	was("no flags in one place", act.sa_handler);
	act = (struct sigaction){ .sa_sigaction = informed };
	act.sa_flags = SA_SIGINFO | (int)SA_RESETHAND;
	CHECK(!sigaction(SIGUSR1, &act, opaque(&act)));
	was("SA_SIGINFO in one place", act.sa_handler);
}

static void spellings(void)
{
	was("signal", signal(SIGUSR1, plain));
	was("ssignal", ssignal(SIGUSR1, plain));
	was("bsd_signal", bsd_signal(SIGUSR1, plain));
	was("sysv_signal", sysv_signal(SIGUSR1, plain));
	was("__sysv_signal", __sysv_signal(SIGUSR1, plain));
	CHECK(!siginterrupt(SIGUSR1, 1));
	was("signal that interrupts", signal(SIGUSR1, plain));
	CHECK(!siginterrupt(SIGUSR1, 0));
	show("siginterrupt", SIGUSR1);
	was("sigset", sigset(SIGUSR1, plain));
	was("hold", sigset(SIGUSR1, SIG_HOLD));
	was("sigset again", sigset(SIGUSR1, plain));
	CHECK(!sighold(SIGUSR1));
	was("sighold", SIG_HOLD);
	CHECK(!sigrelse(SIGUSR1));
	CHECK(!sigignore(SIGUSR1));
	was("sigignore", SIG_IGN);
	was("signal", signal(SIGUSR1, plain));
}

static void refused(int signo)
{
	errno = 0;
	printf("%d: %s", signo, name_of(signal(signo, plain)));
	printf(", errno %d", errno);
	errno = 0;
	printf("; %s", name_of(sysv_signal(signo, plain)));
	printf(", errno %d\n", errno);
}

static void queued(void)
{
	struct sigaction act = { .sa_sigaction = informed, .sa_flags = SA_SIGINFO };

	for (int signo = SIGRTMIN; signo <= SIGRTMAX; signo++) {
		union sigval value = { .sival_int = signo };

		CHECK(!sigaction(signo, &act, NULL));
		CHECK(!sigqueue(getpid(), signo, value));
	}
}

/* The kernel's struct sigaction; never returned from, so without a restorer. */
static int raw(int signo)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} act = { plain, 0, NULL, 0 };

	CHECK(!syscall(SYS_rt_sigaction, signo, &act, NULL, sizeof(act.mask)));
	return 0;
}

static void allocates(int signo)
{
	ran += signo;
	free(opaque(malloc(100)));
}

static int by_timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2 };
	struct itimerspec soon = { .it_value = { 0, 1000000 } };
	timer_t timer;

	signal(event.sigev_signo, allocates);
	CHECK(!timer_create(CLOCK_MONOTONIC, &event, &timer));
	CHECK(!timer_settime(timer, 0, &soon, NULL));
	while (!ran)
		;
	raise(event.sigev_signo);
	return 0;
}

int main(int argc, char **argv)
{
	static char alternate[64 << 10];
	stack_t alt = { .ss_sp = alternate, .ss_size = sizeof(alternate) };

	if (argc > 2)
		return raw(atoi(argv[2]));
	if (argc > 1)
		return by_timer();
	alt_lo = alternate;
	alt_hi = alternate + sizeof(alternate);
	CHECK(!sigaltstack(&alt, NULL));
	all_flags();
	in_one_place();
	spellings();
	refused(0);
	refused(SIGKILL);
	refused(SIGRTMAX + 1);
	refused(-1);
	queued();
	printf("%d\n", ran);
	return 0;
}
