// flags: -fno-builtin
/*
 * Class 31: an ordinary user with a small RLIMIT_MEMLOCK (8 MB) locks all
 * memory, present and future. The program's own 3 MB fit, so the allocator's
 * reservations and tables must not push it over; what it then allocates works
 * until the limit, gives NULL and ENOMEM there, and works again afterwards.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include "check.h"

static char *block[1000];

static unsigned int until_null(size_t size)
{
	unsigned int n = 0;

	while (n < 1000 && (block[n] = malloc(size))) {
		fill(block[n], size, n);
		n++;
	}
	CHECK(n < 1000 && errno == ENOMEM);
	for (unsigned int i = 0; i < n; i++) {
		CHECK(filled(block[i], size, i));
		free(block[i]);
	}
	return n;
}

int main(void)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	limit.rlim_cur = limit.rlim_max < 8u << 20 ? limit.rlim_max : 8u << 20;
	CHECK(setrlimit(RLIMIT_MEMLOCK, &limit) == 0);
	if (geteuid() == 0) {
		CHECK(setresgid(65534, 65534, 65534) == 0);
		CHECK(setresuid(65534, 65534, 65534) == 0);
	}
	free(opaque(malloc(100)));
	free(opaque(malloc(200000)));
	CHECK(mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
	for (size_t i = 0; i < 300; i++)
		free(opaque(malloc(i * 1000)));
	CHECK(until_null(100000) >= 20);
	CHECK(until_null(200000) >= 8);
	CHECK(until_null(100000) >= 20);
	return 0;
}
