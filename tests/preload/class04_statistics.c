/*
 * Class 4: the statistics calls exist, answer and do no harm: mallinfo,
 * mallinfo2, mallopt, malloc_trim, malloc_info. (malloc_stats writes to
 * standard error by contract, all of it though the thread is cancelled;
 * class04_statistics.sh looks at it.)
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include "check.h"

static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void *cancelled(void *arg)
{
	pthread_cancel(pthread_self());
	malloc_stats();
	pthread_testcancel();
	return arg;
}

int main(int argc, char **argv)
{
	char *block[200], *text = NULL;
	size_t before = in_use(), size = 0;
	FILE *f;

	for (int i = 0; i < 200; i++) {
		block[i] = malloc(1000 * (size_t)(i + 1));
		CHECK(block[i]);
		fill(block[i], 1000, (unsigned int)i);
	}
	CHECK(in_use() >= before + 200u * 201u / 2u * 1000u);
	CHECK(mallopt(M_MMAP_THRESHOLD, 1 << 20) == 1);
	CHECK(mallopt(M_TRIM_THRESHOLD, 1 << 20) == 1);
	CHECK(mallopt(M_ARENA_MAX, 1) == 1);
	f = open_memstream(&text, &size);
	CHECK(f && malloc_info(0, f) == 0);
	fclose(f);
	CHECK(strstr(text, "<malloc") && strstr(text, "</malloc>"));
	free(text);
	for (int i = 0; i < 200; i += 2)
		free(block[i]);
	malloc_trim(0);
	for (int i = 1; i < 200; i += 2) {
		CHECK(filled(block[i], 1000, (unsigned int)i));
		free(block[i]);
	}
	malloc_trim(0);
	if (argc > 1 && !strcmp(argv[1], "stats"))
		malloc_stats();
	if (argc > 1 && !strcmp(argv[1], "cancelled")) {
		pthread_t thread;
		void *ret = NULL;

		CHECK(pthread_create(&thread, NULL, cancelled, NULL) == 0);
		CHECK(pthread_join(thread, &ret) == 0 && ret == PTHREAD_CANCELED);
	}
	return 0;
}
