// flags: -fno-builtin
/*
 * Class 12: calloc of 4 GiB touches nothing: fresh pages are zero already, so
 * sparse tables cost what is used of them. Then a table that has been used and
 * freed is asked for again, and is clear.
 */
#include <sys/resource.h>
#include "check.h"

static long resident_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

int main(void)
{
	const size_t size = (size_t)4 << 30;
	char *p;

	for (int round = 0; round < 5; round++) {
		p = calloc(1, size);
		CHECK(p);
		for (size_t at = 0; at < size; at += size / 64) {
			CHECK(p[at] == 0 && p[at + 4096] == 0);
			p[at] = 1;
		}
		free(p);
	}
	CHECK(resident_kb() < 64 * 1024);
	return 0;
}
