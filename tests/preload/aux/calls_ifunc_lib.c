/*
 * An IFUNC's resolver that reads a file, which the loader calls before the
 * preloaded object is relocated: for calls_loader.sh.
 */
#include <fcntl.h>
#include <unistd.h>

static int answer_impl(void)
{
	return 42;
}

static int no_answer(void)
{
	return 0;
}

static __attribute__((used)) int (*resolve_answer(void))(void)
{
	char c = 0;
	int fd = open("/proc/self/maps", O_RDONLY);

	if (fd < 0 || read(fd, &c, 1) != 1 || close(fd))
		return no_answer;
	return answer_impl;
}

/* Static, so that it is resolved when the library is relocated, behind the rest. */
static int answer(void) __attribute__((ifunc("resolve_answer")));

int calls_ask(void);

int calls_ask(void)
{
	return answer();
}
