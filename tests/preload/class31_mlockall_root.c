// flags: -fno-builtin
/*
 * Class 31: a real-time program that may lock without limit: the arena is not
 * locked (and so filled) as a whole. Locked memory stays near what is used;
 * MADV_GUARD_INSTALL answers EINVAL on locked memory, and large blocks work.
 * Without the privilege there is nothing to see.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include "check.h"

static long locked_kb(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[200];
	long kb = 0;

	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "VmLck: %ld", &kb);
	if (f)
		fclose(f);
	return kb;
}

int main(void)
{
	static char *large[50];
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || (geteuid() && limit.rlim_cur < 256u << 20))
		return 0;
	if (mlockall(MCL_CURRENT | MCL_FUTURE) && mlockall(MCL_FUTURE))
		return 0;
	for (size_t i = 0; i < 1000; i++)
		free(opaque(malloc(i * 20)));
	for (unsigned int i = 0; i < 50; i++) {
		large[i] = malloc(200000);
		CHECK(large[i]);
		fill(large[i], 200000, i);
	}
	CHECK(locked_kb() < 64 * 1024);
	for (unsigned int i = 0; i < 50; i++) {
		CHECK(filled(large[i], 200000, i));
		free(large[i]);
	}
	return 0;
}
