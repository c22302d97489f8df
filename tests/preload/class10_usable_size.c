// flags: -fno-builtin
/*
 * Class 10: a program that writes up to malloc_usable_size stays clean: the
 * blocks around keep their contents, and realloc keeps the bytes.
 */
#include <malloc.h>
#include "check.h"

int main(void)
{
	static char *block[3000];
	static size_t room[3000];

	CHECK(malloc_usable_size(NULL) == 0);
	for (unsigned int i = 0; i < 3000; i++) {
		size_t size = i < 2900 ? i : (size_t)(i - 2900) * 3000;

		block[i] = malloc(size);
		CHECK(block[i]);
		room[i] = malloc_usable_size(block[i]);
		CHECK(room[i] >= size && room[i] <= 2 * size + 4200);
		fill(block[i], room[i], i);
	}
	for (unsigned int i = 0; i < 3000; i++) {
		CHECK(filled(block[i], room[i], i));
		CHECK(malloc_usable_size(block[i]) == room[i]);
		block[i] = realloc(block[i], room[i] + 1);
		CHECK(block[i] && filled(block[i], room[i], i));
		free(block[i]);
	}
	return 0;
}
