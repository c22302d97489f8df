/* Class 6: the plugin; its constructor allocates. */
#include <stdlib.h>

static void *kept;

__attribute__((constructor)) static void take(void)
{
	kept = malloc(100);
}

int hidden_number(void)
{
	free(kept);
	return 6;
}
