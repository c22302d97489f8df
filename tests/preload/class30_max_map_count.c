// flags: -fno-builtin
/*
 * Class 30: 70,000 live blocks above the cap, more than vm.max_map_count has
 * mappings by default: all are served, and enough mappings are left for the
 * program's own mmap, threads and dlopen. Freed in a bad order for merging.
 */
#include <sys/mman.h>
#include "check.h"

enum { BLOCKS = 70000, OWN = 200 };

int main(void)
{
	static char *block[BLOCKS];
	void *own[OWN];

	for (int i = 0; i < BLOCKS; i++) {
		block[i] = malloc(132000);
		CHECK(block[i]);
		block[i][i % 132000] = (char)i;
	}
	for (int i = 0; i < OWN; i++) {
		own[i] = mmap(NULL, 4096, i & 1 ? PROT_READ : PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(own[i] != MAP_FAILED);
	}
	for (int step = 0; step < 3; step++)
		for (int i = step; i < BLOCKS; i += 3) {
			CHECK(block[i][i % 132000] == (char)i);
			free(block[i]);
		}
	for (int i = 0; i < OWN; i++)
		munmap(own[i], 4096);
	free(opaque(malloc(200000)));
	return 0;
}
