/* For run_verdict.sh, loaded as a preload: its constructor runs before that of kmemu. */
#include <stdlib.h>

static char not_heap[32];

__attribute__((noinline)) static void release(char *p)
{
	__asm__("" : "+r"(p)); /* the compiler need not know */
	free(p);
}

__attribute__((constructor)) static void begin(void)
{
	release(not_heap + 8);
}
