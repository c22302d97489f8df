// flags: -ldl
/*
 * Class 1: a second preloaded library whose constructor calls dlsym and
 * dlerror a thousand times with long names. dlerror's text and dlsym's own
 * tables are allocated before anybody's main, and the blocks kept here are
 * grown and freed by the program.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *early_blocks[1000];
int early_count;

__attribute__((constructor)) static void ask_for_names(void)
{
	char name[900];

	for (int i = 0; i < 1000; i++) {
		memset(name, 'n', sizeof(name));
		snprintf(name + 880, 20, "_%d", i);
		if (dlsym(RTLD_NEXT, name) || !dlerror())
			abort();
		early_blocks[i] = calloc(1, (size_t)i + 1);
		if (!early_blocks[i])
			abort();
		early_count++;
	}
}
