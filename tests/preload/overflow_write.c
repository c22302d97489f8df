// flags: -ldl -fno-builtin
/*
 * A program that writes past its objects, and into freed ones, spoils its own
 * data and the free lists, but the allocator itself does not crash on it, nor
 * hand out what is no memory of its own. Reports may be printed (the .sh drops
 * them); contents are not looked at. (Asks for kmemu: glibc aborts.)
 */
#include <malloc.h>
#include "kmemu_api.h"

static void plausible(void *p, size_t size)
{
	CHECK(!p || (uintptr_t)p % 8 == 0);
	if (p)
		memset(p, 0x41, size);
}

static void overflow(size_t size, size_t beyond, int byte)
{
	char *block[300];

	for (int i = 0; i < 300; i++)
		plausible(block[i] = malloc(size), size);
	for (int i = 0; i < 300; i += 3)
		free(block[i]);
	/* Every second third of them runs over, into free and used neighbours. */
	for (int i = 1; i < 300; i += 3)
		memset((char *)opaque(block[i]) + size, byte, beyond);
	for (int i = 0; i < 300; i += 3)
		plausible(block[i] = malloc(size), size);
	for (int i = 0; i < 300; i++)
		free(block[i]);
	/* And all of them are written after their free. */
	for (int i = 0; i < 300; i++)
		memset(opaque(block[i]), byte, size);
	for (int i = 0; i < 300; i++)
		plausible(block[i] = malloc(size), size);
	for (int i = 0; i < 300; i++)
		free(block[i]);
}

int main(void)
{
	static const int byte[] = { 0x00, 0x41, 0xff, 0x10 };

	kmemu_find();
	for (size_t size = 16; size <= 2048; size *= 2)
		for (int b = 0; b < 4; b++)
			overflow(size, size < 512 ? size * 2 : 64, byte[b]);
	malloc_trim(0);
	for (size_t i = 0; i < 3000; i++)
		free(opaque(calloc(1, i)));
	if (write(STDOUT_FILENO, "went on\n", 8) != 8)
		return 1;
	_exit(0);
}
