/* Class 8: a library of the start that allocates, by its jump slots, for its caller. */
#include <stdlib.h>

void *give(size_t n);
void take(void *p);

void *give(size_t n)
{
	return malloc(n);
}

void take(void *p)
{
	free(p);
}
