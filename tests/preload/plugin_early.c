/*
 * Class 3: a constructor of priority 101 that allocates, changes the
 * environment under the reader of options, and clears it.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *early_text;

__attribute__((constructor(101))) static void first_of_all(void)
{
	char name[40];
	void *large = malloc(300000);

	early_text = strdup("kept from the first constructor");
	if (!early_text || !large)
		abort();
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "KMEMU_NO_%d", i);
		if (setenv(name, "value that is long enough to be a block", 1))
			abort();
	}
	if (clearenv())
		abort();
	free(large);
	if (setenv("AFTER", "clear", 1))
		abort();
}
