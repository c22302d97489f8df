// flags: -fno-builtin
/* run: alone */
/*
 * Growing a block of 1 GiB by realloc copies nothing: no page of it is faulted
 * in again, on the spot or moved. Also step by step from 1 MiB, with every
 * page marked and looked at.
 */
#include <sys/resource.h>
#include "check.h"

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt;
}

int main(void)
{
	size_t size = (size_t)1 << 20, last = (size_t)3 << 29;
	char *p = malloc(size), *blocker;
	long before, paid = 0;

	CHECK(p);
	for (size_t at = 0; size < last;) {
		for (; at < size; at += 4096)
			memcpy(p + at, &at, sizeof(at));
		/* What lies behind is taken, so that most steps have to move. */
		blocker = malloc(300000);
		size = size < ((size_t)1 << 30) ? size * 2 : last;
		before = faults();
		p = realloc(p, size);
		CHECK(p);
		if (size > ((size_t)1 << 29))
			paid += faults() - before;
		free(blocker);
	}
	for (size_t at = 0; at < (size_t)1 << 30; at += 4096)
		CHECK(!memcmp(p + at, &at, sizeof(at)));
	CHECK(paid < 3000);
	before = faults();
	p = realloc(p, (size_t)1 << 28);
	CHECK(p && faults() - before < 3000);
	for (size_t at = 0; at < (size_t)1 << 28; at += 4096)
		CHECK(!memcmp(p + at, &at, sizeof(at)));
	free(p);
	return 0;
}
