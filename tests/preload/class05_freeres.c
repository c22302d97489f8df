// flags: -ldl -pthread
/*
 * Class 5: __libc_freeres, which valgrind and leak checkers call at the end,
 * frees libc's caches through our free; also thread freeres at thread end.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>
#include "check.h"

static void *worker(void *unused)
{
	char *p = strerror(99999);

	CHECK(p && strstr(p, "99999"));
	return unused;
}

int main(void)
{
	void (*freeres)(void) = dlsym(RTLD_DEFAULT, "__libc_freeres");
	pthread_t thread;

	for (int i = 0; i < 100; i++) {
		CHECK(pthread_create(&thread, NULL, worker, NULL) == 0);
		pthread_join(thread, NULL);
	}
	setlocale(LC_ALL, "");
	CHECK(fopen("/dev/null", "r") != NULL);
	if (freeres)
		freeres();
	free(opaque(malloc(100)));
	_exit(0);
}
