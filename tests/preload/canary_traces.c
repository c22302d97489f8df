/*
 * What kmemu looks for at start and at exit leaves nothing in the program's heap:
 * fresh blocks of the sizes of a loader's message hold no such message.
 */
/* SPDX-License-Identifier: MIT */
#include "check.h"

static void look(void)
{
	static char *block[4096];

	for (size_t size = 16; size <= 256; size += 16) {
		for (int i = 0; i < 256; i++) {
			block[i] = malloc(size);
			CHECK(!memmem(block[i], size, "undefined symbol", 16));
			CHECK(!memmem(block[i], size, "_init", 5));
		}
		for (int i = 0; i < 256; i++)
			free(block[i]);
	}
}

int main(void)
{
	look();
	return 0;
}
