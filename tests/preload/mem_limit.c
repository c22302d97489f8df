// flags: -ldl -fno-builtin
/* env: KMEMU_MEM=64M */
/*
 * With 64 MB of emulated memory malloc gives NULL and ENOMEM at its end, for
 * small, medium and large blocks; what is live keeps its contents, and after
 * freeing nearly the same amount can be had again. (Asks for kmemu: the
 * program stops at 200 MB.)
 */
#include <errno.h>
#include <malloc.h>
#include "kmemu_api.h"

enum { BLOCKS = 200000 };

static char *block[BLOCKS];

static unsigned int until_null(size_t size)
{
	unsigned int n = 0;

	errno = 0;
	while (n < BLOCKS && n * size < 200u << 20 && (block[n] = malloc(size))) {
		fill(block[n], size, n);
		n++;
	}
	CHECK(n < BLOCKS && n * size < 200u << 20);
	CHECK(errno == ENOMEM);
	errno = 0;
	CHECK(!realloc(block[0], 100 << 20) && errno == ENOMEM);
	CHECK(!calloc(100, 1 << 20));
	for (unsigned int i = 0; i < n; i++)
		CHECK(filled(block[i], size, i));
	return n;
}

static void give_back(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		free(block[i]);
}

int main(void)
{
	static const size_t size[] = { 1000, 5000, 64, 20000, 131072, 200000, 3000000, 1000 };

	kmemu_find();
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
			unsigned int n = until_null(size[i] < 500 ? 500 : size[i]);
			size_t got = n * (size[i] < 500 ? 500 : size[i]);

			give_back(n);
			CHECK(got > 32u << 20 && got < 64u << 20);
			CHECK(validate() == 0);
		}
	CHECK(!malloc(65 << 20) && errno == ENOMEM);
	free(opaque(malloc(30 << 20)));
	return 0;
}
