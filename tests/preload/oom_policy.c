// flags: -fno-builtin
/*
 * Takes blocks of argv[1] bytes until there is no more, gives them back and
 * takes the same number again. (mem=64M; oom_policy.sh.)
 */
#include <errno.h>
#include "check.h"

static void **take(size_t size, size_t *n)
{
	void **last = NULL, **p;

	for (*n = 0; (p = malloc(size)); (*n)++) {
		*p = last;
		last = p;
	}
	CHECK(errno == ENOMEM);
	return last;
}

int main(int argc, char **argv)
{
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 64, n, again;
	void **p = take(size, &n), **next;

	CHECK(n * size > 56 << 20);
	for (; p; p = next) {
		next = *p;
		free(p);
	}
	take(size, &again);
	CHECK(again >= n * 9 / 10);
	return 0;
}
