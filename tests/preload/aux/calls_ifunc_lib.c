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

int calls_answer(void) __attribute__((ifunc("resolve_answer")));

/* A use in the object itself, so that it is resolved with it. */
int calls_ask(void);

int calls_ask(void)
{
	return calls_answer();
}
