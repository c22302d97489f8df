// flags: -fno-builtin
/*
 * Class 30: the program itself has used up the mappings that the system allows
 * (vm.max_map_count); malloc goes on for small and large blocks, or says NULL
 * and ENOMEM, and all is well again when the mappings are gone.
 */
#include <errno.h>
#include <sys/mman.h>
#include "check.h"

static char *block[6000];

static int work(void)
{
	int served = 0;

	for (unsigned int i = 0; i < 6000; i++) {
		size_t size = i % 20 ? i % 3000 : 150000 + i * 10;

		errno = 0;
		block[i] = malloc(size);
		CHECK(block[i] || errno == ENOMEM);
		served += block[i] != NULL;
		if (block[i])
			fill(block[i], size < 500 ? size : 500, i);
	}
	for (unsigned int i = 0; i < 6000; i++) {
		size_t size = i % 20 ? i % 3000 : 150000 + i * 10;

		CHECK(!block[i] || filled(block[i], size < 500 ? size : 500, i));
		free(block[i]);
	}
	return served;
}

int main(void)
{
	const size_t most = 1 << 18;
	char *area = mmap(NULL, most * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			  -1, 0);
	size_t used = 0;

	CHECK(area != MAP_FAILED);
	for (size_t i = 0; i < 300; i++)
		free(opaque(malloc(i * 100)));
	/* Every other page readable: two mappings each. */
	while (used < most / 2 && mprotect(area + used * 2 * 4096, 4096, PROT_READ) == 0)
		used++;
	if (used < most / 2)
		work();
	munmap(area, most * 4096);
	CHECK(work() == 6000);
	return 0;
}
