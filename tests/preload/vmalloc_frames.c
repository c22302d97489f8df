// flags: -ldl -fno-builtin
/*
 * A vmalloc block has a frame for each page, every frame is used once over all
 * live blocks, stays the same, and frames are in general not consecutive, as
 * in a kernel that has run for a while. (Asks for kmemu.)
 */
#include "kmemu_api.h"

enum { BLOCKS = 20, PAGES = 100 };

static int compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

int main(void)
{
	static unsigned long pfn[BLOCKS * PAGES], sorted[BLOCKS * PAGES];
	char *block[BLOCKS];
	int breaks = 0;

	kmemu_find();
	for (int i = 0; i < BLOCKS; i++) {
		block[i] = malloc((size_t)PAGES * KMEMU_PAGE);
		CHECK(block[i] && is_vmalloc_addr(block[i]));
		CHECK(virt_to_phys(block[i]) == UINT64_MAX);
	}
	for (int i = 0; i < BLOCKS * PAGES; i++) {
		char *page = block[i / PAGES] + (size_t)(i % PAGES) * KMEMU_PAGE;

		pfn[i] = vmalloc_to_pfn(page);
		CHECK(pfn[i] != ~0UL && pfn[i] != 0);
		CHECK(vmalloc_to_pfn(page + KMEMU_PAGE - 1) == pfn[i]);
		if (i % PAGES && pfn[i] != pfn[i - 1] + 1)
			breaks++;
	}
	for (int i = 0; i < BLOCKS * PAGES; i++)
		CHECK(vmalloc_to_pfn(block[i / PAGES] + (size_t)(i % PAGES) * KMEMU_PAGE) ==
		      pfn[i]);
	CHECK(breaks >= BLOCKS);
	memcpy(sorted, pfn, sizeof(pfn));
	qsort(sorted, BLOCKS * PAGES, sizeof(sorted[0]), compare);
	for (int i = 1; i < BLOCKS * PAGES; i++)
		CHECK(sorted[i] != sorted[i - 1]);
	for (int i = 0; i < BLOCKS; i++)
		free(block[i]);
	CHECK(vmalloc_to_pfn(opaque(block[0])) == ~0UL);
	CHECK(validate() == 0);
	return 0;
}
