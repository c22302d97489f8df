// flags: -ldl
/*
 * Class 7: a plugin in a namespace of its own (dlmopen) has a libc of its own.
 * It allocates and frees there while the program does so here; neither
 * disturbs the other. With "cross" the program frees a block of the other
 * namespace (class07_dlmopen.sh reads the report of it).
 */
#define _GNU_SOURCE
#include "class07.h"

int main(int argc, char **argv)
{
	char path[PATH_MAX];
	void *mine[50];

	plugin_path(path, sizeof(path), argv[0]);
	plugin_bind(dlmopen(LM_ID_NEWLM, path, RTLD_NOW));
	for (int round = 0; round < 10; round++) {
		for (int i = 0; i < 50; i++) {
			mine[i] = malloc((size_t)i * 1000);
			fill(mine[i], (size_t)i * 1000, (unsigned int)i);
		}
		CHECK(plugin_self());
		for (int i = 0; i < 50; i++) {
			CHECK(filled(mine[i], (size_t)i * 1000, (unsigned int)i));
			free(mine[i]);
		}
	}
	if (argc > 1 && !strcmp(argv[1], "cross"))
		free(opaque(plugin_malloc(1000)));
	free(opaque(malloc(1000)));
	CHECK(plugin_self());
	return 0;
}
