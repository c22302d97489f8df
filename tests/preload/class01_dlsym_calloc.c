// flags: -ldl
/*
 * Class 1: blocks obtained before main by another preloaded library
 * (plugin_dlsym_ctor) are resized and freed later. class01_dlsym_calloc.sh
 * runs this with that library before and behind ours.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "check.h"

int main(void)
{
	void **block = dlsym(RTLD_DEFAULT, "early_blocks");
	int *count = dlsym(RTLD_DEFAULT, "early_count");

	CHECK(block && count && *count == 1000);
	for (int i = 0; i < *count; i++) {
		char *p = block[i];

		for (int j = 0; j <= i; j++)
			CHECK(p[j] == 0);
		fill(p, (size_t)i + 1, (unsigned int)i);
		if (i % 2) {
			p = realloc(p, (size_t)i * 3 + 1);
			CHECK(p && filled(p, (size_t)i + 1, (unsigned int)i));
		}
		free(p);
	}
	return 0;
}
