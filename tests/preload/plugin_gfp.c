/*
 * For gfp_flags.c. Allocates in a static function, once while it is loaded.
 */
#include <stdlib.h>

extern void *plugin_first;
void *plugin_first;

__attribute__((noinline)) static void *dma_inside(void)
{
	void *p = malloc(100);

	__asm__ volatile("" ::"r"(p) : "memory");
	return p;
}

void *plugin_alloc(void);

void *plugin_alloc(void)
{
	void *p = dma_inside();

	__asm__ volatile("" ::"r"(p) : "memory");
	return p;
}

__attribute__((constructor)) static void first(void)
{
	plugin_first = dma_inside();
}
