// flags: -ldl
/*
 * Class 7, the way back: a RTLD_DEEPBIND plugin resizes and frees, by libc's
 * own functions, what the program has allocated.
 */
#define _GNU_SOURCE
#include "class07.h"

int main(int argc, char **argv)
{
	char path[PATH_MAX];

	(void)argc;
	plugin_path(path, sizeof(path), argv[0]);
	plugin_bind(dlopen(path, RTLD_NOW | RTLD_DEEPBIND));
	for (size_t size = 1; size < 1000000; size = size * 3 + 1) {
		char *p = malloc(size);

		CHECK(p);
		memset(p, 0x5a, size);
		p = plugin_realloc(p, size * 2);
		CHECK(p && p[size - 1] == 0x5a);
		plugin_free(p);
	}
	return 0;
}
