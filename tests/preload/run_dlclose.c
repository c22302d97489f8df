// flags: -pthread
/*
 * Libraries come and go while checks are armed: opened, called with a bug in
 * them, closed, from four threads; a destructor that closes another library.
 * The bug is one finding however often its library was mapped.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include "check.h"

static char plugin[4096];
static int destructors;

static void note_closed(void)
{
	void *libm = dlopen("libm.so.6", RTLD_NOW);

	__atomic_fetch_add(&destructors, 1, __ATOMIC_RELAXED);
	if (libm)
		CHECK(dlclose(libm) == 0);
}

/* With the two frames inside of it three are the same whoever calls it. */
__attribute__((noinline)) static void bug(void (*misuse)(void *))
{
	misuse(malloc(64));
	__asm__ volatile("");
}

__attribute__((noinline)) static void open_and_close(int with_bug)
{
	void *handle = dlopen(plugin, RTLD_NOW);
	void (*misuse)(void *) = (void (*)(void *))dlsym(handle, "plugin_misuse");
	void (**closed)(void) = dlsym(handle, "plugin_closed");

	CHECK(handle && misuse && closed);
	*closed = note_closed;
	if (with_bug)
		bug(misuse);
	CHECK(dlclose(handle) == 0);
}

static void *opens(void *unused)
{
	for (int i = 0; i < 50; i++)
		open_and_close(i % 10 == 0);
	return unused;
}

int main(void)
{
	pthread_t thread[4];
	char *slash;

	CHECK(readlink("/proc/self/exe", plugin, sizeof(plugin) - 50) > 0);
	slash = strrchr(plugin, '/');
	strcpy(slash + 1, "plugin_run_close.so");
	for (int i = 0; i < 5; i++)
		open_and_close(1);
	CHECK(destructors == 5);
	for (int t = 0; t < 4; t++)
		CHECK(pthread_create(&thread[t], NULL, opens, NULL) == 0);
	for (int t = 0; t < 4; t++)
		pthread_join(thread[t], NULL);
	CHECK(destructors > 5);
	return 0;
}
