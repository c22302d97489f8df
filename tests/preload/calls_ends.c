// flags: -O2
/*
 * Calls that end the program, in a handler, by their word: the compiler makes no
 * code behind them. For calls_ends.sh.
 */
#include <err.h>
#include <error.h>
#include <signal.h>
#include "check.h"

static const char *what;

static void on_signal(int signo)
{
	(void)signo;
	if (!strcmp(what, "error"))
		error(5, 0, "%s %.1f %d %d %d %d %d", what, 1.5, 1, 2, 3, 4, 5);
	if (!strcmp(what, "error_at_line"))
		error_at_line(5, 0, "file", 7, "%s %.1f %d %d", what, 1.5, 1, 2);
	if (!strcmp(what, "err"))
		err(5, "%s %.1f %d %d %d %d %d", what, 1.5, 1, 2, 3, 4, 5);
	if (!strcmp(what, "errx"))
		errx(5, "%s %.1f %d %d %d %d %d", what, 1.5, 1, 2, 3, 4, 5);
	exit(5);
}

int main(int argc, char **argv)
{
	what = argc > 1 ? argv[1] : "";
	if (argc < 2)
		return 0;
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	return 1;
}
