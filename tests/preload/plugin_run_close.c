/* For run_dlclose.c: a library with a bug of its own, and a destructor. */
#include <stdlib.h>

void (*plugin_closed)(void);

__attribute__((noinline)) void plugin_misuse(void *p);

__attribute__((noinline)) void plugin_misuse(void *p)
{
	free((char *)p + 16); /* no double free: another thread may have the block by then */
	free(p);
	__asm__ volatile("");
}

__attribute__((destructor)) static void closed(void)
{
	free(malloc(100));
	if (plugin_closed)
		plugin_closed();
}
