// flags: -fno-builtin
/*
 * A program that treats pieces of its blocks with mprotect, mlock and madvise
 * splits the mappings under the heap: blocks can be resized and freed all the
 * same, with their contents, and what lies around is not touched.
 */
#include <sys/mman.h>
#include "check.h"

static void treat(char *p, size_t size, int how)
{
	char *page = (char *)(((uintptr_t)p + size / 2) & ~(uintptr_t)4095);

	switch (how) {
	case 0:
		CHECK(mprotect(page, 8192, PROT_READ) == 0);
		CHECK(mprotect(page, 8192, PROT_READ | PROT_WRITE) == 0);
		break;
	case 1:
		CHECK(mprotect(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) == 0);
		break;
	case 2:
		mlock(page, 4096);
		break;
	case 3:
		madvise(page, 8192, MADV_DONTDUMP);
		break;
	case 4:
		madvise(page, 8192, MADV_DONTFORK);
		break;
	}
}

int main(void)
{
	static const size_t size[] = { 30000, 131072, 150000, 1000000, 5000000 };

	for (int round = 0; round < 40; round++)
		for (unsigned int i = 0; i < 5; i++) {
			char *before = malloc(size[i]), *p = malloc(size[i]);
			char *behind = malloc(size[i]);

			CHECK(before && p && behind);
			fill(before, 5000, 1);
			fill(behind, 5000, 2);
			fill(p, size[i], i);
			treat(p, size[i], round % 5);
			p = realloc(p, size[i] * 2);
			CHECK(p && filled(p, size[i], i));
			fill(p, size[i] * 2, i);
			p = realloc(p, size[i] / 2);
			CHECK(p && filled(p, size[i] / 2, i));
			free(p);
			CHECK(filled(before, 5000, 1) && filled(behind, 5000, 2));
			free(before);
			free(behind);
		}
	return 0;
}
