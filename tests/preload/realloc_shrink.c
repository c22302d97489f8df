// flags: -fno-builtin
/*
 * A block that realloc makes small gives back what it no longer needs: programs ask for
 * much and trim (Python's strings), and 600,000 such kept 192 bytes each for 56. What
 * keeps more than half stays where it is.
 */
#include <malloc.h>
#include "check.h"

#define NR 20000

static unsigned char *blocks[NR];

static void trimmed(size_t from, size_t to)
{
	size_t usable = 0;

	for (int i = 0; i < NR; i++) {
		blocks[i] = malloc(from);
		CHECK(blocks[i]);
		memset(blocks[i], i & 255, to);
	}
	for (int i = 0; i < NR; i++) {
		blocks[i] = realloc(blocks[i], to);
		CHECK(blocks[i]);
		usable += malloc_usable_size(blocks[i]);
		for (size_t at = 0; at < to; at++)
			CHECK(blocks[i][at] == (i & 255));
	}
	CHECK(usable < 2 * to * NR);
	for (int i = 0; i < NR; i++)
		free(blocks[i]);
}

int main(void)
{
	char *p, *q;

	trimmed(157, 57);
	trimmed(1000, 300);
	trimmed(9000, 4000);
	p = malloc(120);
	q = realloc(p, 65);
	CHECK(q == p);
	q = realloc(q, 64);
	CHECK(q && malloc_usable_size(q) == 64);
	free(q);
	p = malloc(30000);
	q = realloc(p, 16385);
	CHECK(q == p);
	free(q);
	return 0;
}
