// flags: -fno-builtin
/*
 * Class 12: calloc's memory is zero whatever lay there before: blocks of many
 * sizes are dirtied to their usable size, freed, and asked for again cleared.
 */
#include <malloc.h>
#include "check.h"

static void zero(const unsigned char *p, size_t size)
{
	for (size_t i = 0; i < size; i++)
		CHECK(p[i] == 0);
}

int main(void)
{
	static void *block[4000];
	unsigned int seed = 12;

	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 4000; i++) {
			unsigned int r = next_random(&seed);
			size_t size = r % 20 == 0 ? r % 300000 : r % 3000;

			block[i] = round & 1 ? malloc(size) : calloc(1, size);
			CHECK(block[i]);
			if (!(round & 1))
				zero(block[i], size);
			memset(block[i], 0xff, malloc_usable_size(block[i]));
			if (r % 3 == 0) {
				free(block[i]);
				block[i] = NULL;
			}
		}
		for (int i = 0; i < 4000; i++)
			free(block[i]);
		malloc_trim(0);
	}
	return 0;
}
