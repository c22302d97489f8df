// flags: -ldl
/*
 * Class 16: the library opened late, by dlopen in a running program, must not
 * break it: the program's heap stays libc's, and blocks made before are freed
 * after. (class16_static_tls.sh gives the path.)
 */
#include <dlfcn.h>
#include "check.h"

int main(int argc, char **argv)
{
	char *before = strdup("made before"), *between;
	void *handle;

	for (int i = 1; i < argc; i++) {
		handle = dlopen(argv[i], RTLD_NOW | RTLD_GLOBAL);
		between = strdup("made between");
		if (!handle)
			printf("refused: %s\n", dlerror());
		else
			dlclose(handle);
		free(between);
	}
	free(before);
	for (size_t i = 0; i < 1000; i++)
		free(opaque(malloc(i * 300)));
	return 0;
}
