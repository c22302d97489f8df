// flags: -fno-builtin
/*
 * realloc between random sizes of all kinds (classes, compound pages, vmalloc),
 * up and down; contents kept up to the lesser size each time.
 */
#include "check.h"

enum { SLOTS = 40 };

static size_t any_size(unsigned int *seed)
{
	unsigned int r = next_random(seed);

	switch (r % 5) {
	case 0: return r % 200 + 1;
	case 1: return r % 9000 + 1;
	case 2: return r % 132000 + 1;
	case 3: return 131072 + r % 3;
	}
	return r % 2000000 + 1;
}

int main(void)
{
	static unsigned char *block[SLOTS];
	static size_t size[SLOTS];
	unsigned int seed = 88;

	for (int i = 0; i < 1500; i++) {
		unsigned int k = next_random(&seed) % SLOTS;
		size_t to = any_size(&seed), kept = size[k] < to ? size[k] : to;

		block[k] = realloc(block[k], to);
		CHECK(block[k]);
		/* Whole contents for small blocks, both ends of large ones. */
		if (kept <= 20000) {
			CHECK(filled(block[k], kept, k));
		} else {
			CHECK(filled(block[k], 5000, k));
			for (size_t at = kept - 5000; at < kept; at++)
				CHECK(block[k][at] == (unsigned char)(k + at * 7));
		}
		fill(block[k], to, k);
		size[k] = to;
	}
	for (int k = 0; k < SLOTS; k++)
		free(block[k]);
	return 0;
}
