// flags: -ldl -pthread
/*
 * Class 7: blocks of a RTLD_DEEPBIND plugin that come from a second arena of
 * glibc (allocated in threads) are freed by the program.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include "class07.h"

static void *worker(void *got)
{
	void **block = got;

	for (int i = 0; i < 100; i++)
		block[i] = plugin_malloc((size_t)i * 50);
	return NULL;
}

int main(int argc, char **argv)
{
	static void *block[4][100];
	char path[PATH_MAX];
	pthread_t thread[4];

	(void)argc;
	plugin_path(path, sizeof(path), argv[0]);
	plugin_bind(dlopen(path, RTLD_NOW | RTLD_DEEPBIND));
	for (int t = 0; t < 4; t++)
		CHECK(pthread_create(&thread[t], NULL, worker, block[t]) == 0);
	for (int t = 0; t < 4; t++)
		pthread_join(thread[t], NULL);
	for (int t = 0; t < 4; t++)
		for (int i = 0; i < 100; i++) {
			char *p = block[t][i];

			if (i % 3 == 0)
				p = realloc(p, 10000);
			CHECK(p && (i < 2 || p[i] == 0x5a));
			free(p);
		}
	CHECK(plugin_self());
	return 0;
}
