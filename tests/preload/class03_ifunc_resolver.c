// flags: -fno-builtin -Wl,-z,now
/*
 * Class 3: an IFUNC resolver of the program allocates while the loader still
 * relocates it: before every constructor, ours too, and before libc's own
 * early initialisation.
 */
#include "check.h"

static void *from_resolver[4];

static int answer_impl(void)
{
	return 42;
}

static __attribute__((used)) int (*resolve_answer(void))(void)
{
	from_resolver[0] = malloc(100);
	from_resolver[1] = calloc(3, 50000);
	from_resolver[2] = realloc(malloc(10), 3000);
	from_resolver[3] = malloc(1);
	free(from_resolver[3]);
	return answer_impl;
}

int answer(void) __attribute__((ifunc("resolve_answer")));

int main(void)
{
	CHECK(answer() == 42);
	CHECK(from_resolver[0] && from_resolver[1] && from_resolver[2]);
	memset(from_resolver[0], 1, 100);
	memset(from_resolver[1], 1, 150000);
	from_resolver[2] = realloc(from_resolver[2], 9000);
	CHECK(from_resolver[2]);
	for (int i = 0; i < 3; i++)
		free(from_resolver[i]);
	return 0;
}
