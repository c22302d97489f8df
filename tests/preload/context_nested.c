/*
 * Handlers in handlers. softirqs: each but the last raises the next, and all write,
 * which POSIX allows them. hardirqs: more than preempt_count has bits for; the
 * innermost allocates. For context_nested.sh.
 */
#include <signal.h>
#include "check.h"

#define NEST 20

static void *volatile sink;

static void say(const char *what)
{
	CHECK(write(STDOUT_FILENO, what, strlen(what)) == (ssize_t)strlen(what));
}

static void on_soft(int signo)
{
	if (signo == SIGALRM)
		raise(SIGVTALRM);
	if (signo == SIGVTALRM)
		raise(SIGPROF);
	say("soft\n");
}

static void on_hard(int signo)
{
	if (signo < SIGRTMIN + NEST - 1) {
		raise(signo + 1);
	} else {
		sink = malloc(100);
		free(sink);
	}
	say("hard\n");
}

/* None of them runs. */
static int many(void)
{
	static char handlers[1000];

	for (size_t i = 0; i < sizeof(handlers); i++) {
		signal(SIGUSR1, (void (*)(int))(void *)&handlers[i]);
		CHECK(signal(SIGUSR1, SIG_DFL) == (void (*)(int))(void *)&handlers[i]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	CHECK(argc == 2);
	if (!strcmp(argv[1], "many"))
		return many();
	signal(SIGALRM, on_soft);
	signal(SIGVTALRM, on_soft);
	signal(SIGPROF, on_soft);
	for (int i = 0; i < NEST; i++)
		signal(SIGRTMIN + i, on_hard);
	raise(!strcmp(argv[1], "soft") ? SIGALRM : SIGRTMIN);
	sink = malloc(100);
	free(sink);
	return 0;
}
