// flags: -fno-builtin
/*
 * Class 29: RLIMIT_AS, or with a second argument RLIMIT_DATA (which counts private
 * writable mappings), set by the program itself after it has started. It may
 * use what the limit leaves, gets NULL and ENOMEM at its end, and everything
 * is right again after freeing. The limit in MB is the argument (default 200);
 * "0" keeps the limit that the process was started with.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/resource.h>
#include "check.h"

enum { BLOCKS = 8000 };

static char *block[BLOCKS];

static unsigned int until_null(size_t size)
{
	unsigned int n = 0;

	errno = 0;
	while (n < BLOCKS && (block[n] = malloc(size))) {
		fill(block[n], 64, n);
		block[n][size - 1] = 1;
		n++;
	}
	CHECK(n < BLOCKS && errno == ENOMEM);
	return n;
}

static void give_back(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		CHECK(filled(block[i], 64, i));
		free(block[i]);
	}
}

int main(int argc, char **argv)
{
	rlim_t mb = argc > 1 ? (rlim_t)atoi(argv[1]) : 200;
	__rlimit_resource_t which = argc > 2 ? RLIMIT_DATA : RLIMIT_AS;
	struct rlimit limit;
	unsigned int first, n;

	free(opaque(malloc(1000)));
	getrlimit(which, &limit);
	if (mb)
		limit.rlim_cur = mb << 20;
	CHECK(setrlimit(which, &limit) == 0);
	/* At least two thirds of what the limit allows can be had. */
	first = until_null(300000);
	CHECK(first >= (limit.rlim_cur / 300000) * 2 / 3);
	give_back(first);
	for (int round = 0; round < 3; round++) {
		n = until_null(200000);
		give_back(n);
		CHECK(n >= first);
	}
	n = until_null(120000);
	give_back(n);
	CHECK(n >= first);
	for (size_t size = 1; size < 4000000; size = size * 2 + 1) {
		char *p = calloc(1, size);

		CHECK(p);
		p[size - 1] = 1;
		free(p);
	}
	return 0;
}
