// flags: -ldl
/*
 * Class 5, the way back: blocks of malloc are resized and freed by libc's own
 * entry points, where these are exported.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "check.h"

int main(void)
{
	void (*release)(void *) = dlsym(RTLD_DEFAULT, "__libc_free");
	void *(*resize)(void *, size_t) = dlsym(RTLD_DEFAULT, "__libc_realloc");

	for (size_t size = 1; release && size < 1000000; size = size * 3 + 1) {
		char *p = malloc(size);

		CHECK(p);
		fill(p, size, 5);
		if (resize) {
			p = resize(p, size * 2);
			CHECK(p && filled(p, size, 5));
		}
		release(opaque(p));
	}
	return 0;
}
