// flags: -ldl -pthread
/*
 * Class 17: TLS blocks that ld.so allocates with malloc: a library with
 * dynamic TLS is opened, touched in many threads and closed, time after time.
 */
#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <pthread.h>
#include "check.h"

static int (*touch)(int);
static void (*end)(void);

static void *worker(void *arg)
{
	for (int i = 0; i < 20; i++) {
		CHECK(touch((int)(intptr_t)arg));
		free(opaque(malloc(1000)));
	}
	end();
	return NULL;
}

int main(int argc, char **argv)
{
	char path[PATH_MAX];
	pthread_t thread[8];

	(void)argc;
	snprintf(path, sizeof(path), "%s/plugin_dyn_tls.so", dirname(argv[0]));
	for (int round = 0; round < 40; round++) {
		void *handle = dlopen(path, RTLD_NOW);

		CHECK(handle);
		touch = (int (*)(int))dlsym(handle, "touch_tls");
		end = (void (*)(void))dlsym(handle, "end_tls");
		CHECK(touch && end && touch(100));
		for (intptr_t t = 0; t < 8; t++)
			CHECK(pthread_create(&thread[t], NULL, worker, (void *)(t + 1)) == 0);
		for (int t = 0; t < 8; t++)
			pthread_join(thread[t], NULL);
		CHECK(touch(100));
		end();
		dlclose(handle);
	}
	return 0;
}
