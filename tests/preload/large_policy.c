// flags: -fno-builtin
/*
 * Asks every entry point for 128 KiB and for one byte more, in a loop, and
 * prints what came: the policy large= decides it (large_policy.sh). Arguments:
 * the entry's number, or none for all; two: it is asked in a signal handler, once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include "check.h"

static void *posix(size_t align, size_t size)
{
	void *p = NULL;
	int code = posix_memalign(&p, align, size);

	CHECK(code == 0 || code == ENOMEM);
	if (code)
		errno = code;
	return code ? NULL : p;
}

/* A block that stays when its growth is refused. */
static void *grown(size_t size)
{
	char *p = malloc(100), *q;

	fill(p, 100, 3);
	q = realloc(p, size);
	CHECK(filled(q ? q : p, 100, 3));
	if (!q)
		free(p);
	return q;
}

static void *ask(int entry, size_t size)
{
	switch (entry) {
	case 0: return malloc(size);
	case 1: return calloc(1, size);
	case 2: return realloc(NULL, size);
	case 3: return reallocarray(NULL, 1, size);
	case 4: return memalign(64, size);
	case 5: return aligned_alloc(64, size);
	case 6: return posix(64, size);
	case 7: return valloc(size);
	case 8: return pvalloc(size);
	case 9: return grown(size);
	}
	return NULL;
}

static void try_entry(int entry)
{
	for (int i = 0; i < 5; i++) {
		void *p = ask(entry, 131072), *q;

		CHECK(p);
		errno = 0;
		q = ask(entry, 131073);
		CHECK(q || errno == ENOMEM);
		printf("entry %d: %s\n", entry, q ? "served" : "refused");
		fflush(stdout);
		if (q)
			memset(q, 1, 131073);
		free(p);
		free(q);
	}
}

static int asked;
static char *volatile area; /* raise() is a leaf to the compiler */

static void on_signal(int signo)
{
	char *small = NULL;

	(void)signo;
	if (asked < 10)
		ask(asked, 131073);
	else
		small = realloc(area, 100);
	if (small)
		area = small;
}

/* 10: an area becomes small there. */
static void in_handler(int entry)
{
	asked = entry;
	area = malloc(entry < 10 ? 100 : 131073);
	fill(area, 100, 5);
	signal(SIGUSR1, on_signal);
	raise(SIGUSR1);
	CHECK(filled(area, 100, 5));
	free(area);
}

int main(int argc, char **argv)
{
	if (argc > 2)
		in_handler(atoi(argv[1]));
	else if (argc > 1)
		try_entry(atoi(argv[1]));
	for (int entry = 0; argc == 1 && entry < 10; entry++)
		try_entry(entry);
	return 0;
}
