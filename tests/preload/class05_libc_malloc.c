// flags: -ldl
/*
 * Class 5: a program calls libc's own entry points (__libc_malloc ...), where
 * exported, and frees by free. The blocks are glibc's or, where the preload
 * takes these names too, ours: either is fine, and nothing is reported.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "check.h"

int main(void)
{
	static const size_t size[] = { 0, 1, 24, 100, 1000, 5000, 70000, 200000, 5000000 };
	void *(*get)(size_t) = dlsym(RTLD_DEFAULT, "__libc_malloc");
	void *(*zero)(size_t, size_t) = dlsym(RTLD_DEFAULT, "__libc_calloc");
	void *(*aligned)(size_t, size_t) = dlsym(RTLD_DEFAULT, "__libc_memalign");

	for (size_t i = 0; get && i < sizeof(size) / sizeof(size[0]); i++) {
		char *p = get(size[i]);

		CHECK(p);
		fill(p, size[i], 3);
		free(opaque(p));
		p = get(size[i]);
		fill(p, size[i], 4);
		p = realloc(p, size[i] + 100000);
		CHECK(p && filled(p, size[i], 4));
		free(opaque(p));
	}
	if (zero)
		free(opaque(zero(10, 10)));
	if (aligned) {
		free(opaque(aligned(64, 100)));
		free(opaque(aligned(4096, 100000)));
	}
	return 0;
}
