// flags: -fno-builtin
/*
 * Classes 12 and 13: the table of edge cases (zero sizes, overflow, PTRDIFF_MAX,
 * realloc(p, 0), bad alignments, errno) as this libc answers it. It is
 * printed, and class12_contracts.sh compares the tables of a run without and a
 * run with the preload. What may differ between allocators (addresses, usable
 * size) is not printed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include "check.h"

static const size_t edge[] = {
	0, 1, 131072, 131073, (size_t)PTRDIFF_MAX - 1, PTRDIFF_MAX,
	(size_t)PTRDIFF_MAX + 1, SIZE_MAX - 4096, SIZE_MAX - 16, SIZE_MAX - 1, SIZE_MAX,
};
#define EDGES (sizeof(edge) / sizeof(edge[0]))

static void line(const char *call, size_t a, size_t b, void *p)
{
	int code = errno;

	printf("%s(%zu, %zu) -> %s errno %d\n", call, a, b, p ? "block" : "NULL", code);
	errno = 77;
	free(p);
	printf("	free: errno %d\n", errno);
	errno = 77;
}

/* Products that some machines have and some have not. */
static int depends(size_t a, size_t b)
{
	size_t bytes;

	return !__builtin_mul_overflow(a, b, &bytes) && bytes > 1u << 30 && bytes < PTRDIFF_MAX;
}

static void zero_and_overflow(void)
{
	volatile size_t half = (size_t)1 << 32;

	errno = 77;
	for (size_t i = 0; i < EDGES; i++) {
		line("malloc", edge[i], 0, malloc(edge[i]));
		line("realloc NULL", edge[i], 0, realloc(NULL, edge[i]));
		line("valloc", edge[i], 0, valloc(edge[i]));
		line("pvalloc", edge[i], 0, pvalloc(edge[i]));
		for (size_t j = 0; j < EDGES; j++) {
			if (depends(edge[i], edge[j]))
				continue;
			line("calloc", edge[i], edge[j], calloc(edge[i], edge[j]));
			line("reallocarray", edge[i], edge[j],
			     reallocarray(NULL, edge[i], edge[j]));
		}
	}
	line("calloc", half, half, calloc(half, half));
}

static void resize(size_t from, size_t to)
{
	char *p = malloc(from), *q;

	memset(p, 0x22, from);
	errno = 77;
	q = realloc(p, to);
	printf("realloc %zu to %zu -> %s errno %d\n", from, to, q ? "block" : "NULL", errno);
	if (!q && to) {
		for (size_t i = 0; i < from; i++)
			CHECK(p[i] == 0x22);
		free(p);
	}
	for (size_t i = 0; q && i < from && i < to; i++)
		CHECK(q[i] == 0x22);
	free(q);
}

static void alignments(void)
{
	static const size_t align[] = { 0, 1, 2, 3, 4, 7, 8, 12, 16, 24, 32, 100, 4096, 5000,
		65536, 1u << 20, (size_t)1 << 62, (size_t)1 << 63, SIZE_MAX };
	static const size_t size[] = { 0, 1, 100, 131073, PTRDIFF_MAX, SIZE_MAX };

	for (size_t i = 0; i < sizeof(align) / sizeof(align[0]); i++)
		for (size_t j = 0; j < sizeof(size) / sizeof(size[0]); j++) {
			void *p = (void *)0x1234;
			int ret;

			errno = 77;
			line("memalign", align[i], size[j], memalign(align[i], size[j]));
			line("aligned_alloc", align[i], size[j], aligned_alloc(align[i], size[j]));
			ret = posix_memalign(&p, align[i], size[j]);
			printf("posix_memalign(%zu, %zu) -> %d errno %d pointer %s\n", align[i],
			       size[j], ret, errno,
			       p == (void *)0x1234 ? "kept" : "set");
			if (!ret)
				free(p);
		}
}

static void tunables(void)
{
	for (int what = -10; what < 10; what++) {
		int zero = mallopt(what, 0), much = mallopt(what, 100000);

		printf("mallopt %d: %d %d\n", what, zero, much);
	}
	errno = 77;
	printf("malloc_info(1): %d", malloc_info(1, stdout));
	printf(" errno %d\n", errno);
	printf("malloc_usable_size(NULL): %zu\n", malloc_usable_size(NULL));
}

int main(void)
{
	static const size_t from[] = { 1, 16, 100, 5000, 131072, 131073, 1000000 };
	void *a = malloc(0), *b = malloc(0);

	zero_and_overflow();
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
		for (size_t j = 0; j < EDGES; j++)
			resize(from[i], edge[j]);
	alignments();
	errno = 77;
	free(NULL);
	printf("free(NULL): errno %d, two malloc(0) are %s\n", errno, a == b ? "one" : "two");
	free(a);
	free(b);
	tunables();
	return 0;
}
