// flags: -fnon-call-exceptions
/*
 * C++ exceptions that leave a handler, from one and from two deep, and one that
 * is caught inside. For context_left.sh.
 */
#include <csignal>
#include <stdexcept>
#include "check.h"

static int expected;
static void (*handler)();
static int (*volatile send)(int) = raise; /* which may throw, other than raise */

__attribute__((noinline)) static void allocate()
{
	free(opaque(malloc(40)));
}

static void throws()
{
	static const int ball = 1;

	expected += 2; /* the second one is the exception itself */
	allocate();
	throw &ball;
}

static void catches()
{
	try {
		throws();
	} catch (const int *) {
	}
	expected++;
	allocate();
}

static void nests()
{
	handler = throws;
	send(SIGUSR2);
}

static void on_signal(int)
{
	handler();
}

__attribute__((noinline)) static void outside(void (*what)())
{
	sigset_t none;

	handler = what;
	try {
		send(SIGUSR1);
	} catch (const int *) {
	}
	allocate();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, nullptr);
}

int main()
{
	static char alternate[64 << 10];
	stack_t alt = {};
	struct sigaction act = {};

	setvbuf(stdout, nullptr, _IONBF, 0);
	try { /* what the runtime allocates once */
		throw &expected;
	} catch (const int *) {
	}
	alt.ss_sp = alternate;
	alt.ss_size = sizeof(alternate);
	CHECK(sigaltstack(&alt, nullptr) == 0);
	for (int flags : { 0, int(SA_ONSTACK) }) {
		act.sa_handler = on_signal;
		act.sa_flags = flags;
		sigaction(SIGUSR1, &act, nullptr);
		sigaction(SIGUSR2, &act, nullptr);
		outside(throws);
		outside(catches);
		outside(nests);
	}
	printf("%d\n", expected);
	return 0;
}
