/*
 * Class 7: a plugin opened with RTLD_DEEPBIND or in a namespace of its own,
 * whose malloc is then libc's and not the program's.
 */
#include <stdlib.h>
#include <string.h>

void *plugin_malloc(size_t size)
{
	void *p = malloc(size);

	if (p)
		memset(p, 0x5a, size);
	return p;
}

void *plugin_realloc(void *p, size_t size)
{
	return realloc(p, size);
}

void plugin_free(void *p)
{
	free(p);
}

int plugin_self(void)
{
	for (size_t size = 0; size < 300000; size = size * 2 + 1) {
		char *p = plugin_malloc(size);
		char *q = plugin_realloc(p, size * 2 + 1);

		if (!q || (size && q[size - 1] != 0x5a))
			return 0;
		plugin_free(q);
	}
	return 1;
}
