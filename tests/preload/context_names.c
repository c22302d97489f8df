// flags: -ldl -pthread
/*
 * A thread that works in a function which context.functions names: it loads a library
 * there and allocates in it. For context_names.sh.
 */
#include <dlfcn.h>
#include <pthread.h>

#include "check.h"

__attribute__((noinline)) static void works(void)
{
	void *handle = dlopen("plugin_gfp.so", RTLD_NOW);
	void *(*alloc)(void);

	CHECK(handle);
	alloc = (void *(*)(void))dlsym(handle, "plugin_alloc");
	free(alloc());
}

static void *start(void *unused)
{
	works();
	return unused;
}

int main(void)
{
	pthread_t t;

	CHECK(!pthread_create(&t, NULL, start, NULL) && !pthread_join(t, NULL));
	return 0;
}
