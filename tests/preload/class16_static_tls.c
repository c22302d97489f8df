// flags: -ldl
/*
 * Class 16: twenty libraries with initial-exec TLS, loaded one after another
 * by dlopen, still find room beside ours. Copies are named in the arguments.
 */
#include <dlfcn.h>
#include "check.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		void *handle = dlopen(argv[i], RTLD_NOW);
		char *(*space)(void);

		if (!handle)
			fprintf(stderr, "%s\n", dlerror());
		CHECK(handle);
		space = (char *(*)(void))dlsym(handle, "ie_tls");
		CHECK(space && space()[39] == 0);
		memset(space(), i, 40);
	}
	free(opaque(malloc(100)));
	return 0;
}
