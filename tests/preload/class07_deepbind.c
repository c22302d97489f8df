// flags: -ldl
/*
 * Class 7: a plugin opened with RTLD_DEEPBIND allocates from libc's heap; the
 * program frees and resizes what it gets from there. Such blocks are proven
 * glibc's: they are passed on, silently.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include "class07.h"

int main(int argc, char **argv)
{
	static const size_t size[] = { 0, 1, 24, 100, 1000, 5000, 70000, 200000, 5000000 };
	char path[PATH_MAX];

	(void)argc;
	plugin_path(path, sizeof(path), argv[0]);
	plugin_bind(dlopen(path, RTLD_NOW | RTLD_DEEPBIND));
	CHECK(plugin_self());
	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		char *p = plugin_malloc(size[i]);

		CHECK(p && malloc_usable_size(p) >= size[i]);
		free(p);
		p = plugin_malloc(size[i]);
		p = realloc(p, size[i] * 2 + 1);
		CHECK(p && (!size[i] || p[size[i] - 1] == 0x5a));
		memset(p, 1, size[i] * 2 + 1);
		free(p);
	}
	CHECK(plugin_self());
	return 0;
}
