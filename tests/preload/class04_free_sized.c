// flags: -ldl
/*
 * Class 4: C23's free_sized and free_aligned_sized, where libc or the preload
 * has them, take what malloc and aligned_alloc gave.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include "check.h"

int main(void)
{
	void (*sized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
	void (*aligned)(void *, size_t, size_t) =
		(void (*)(void *, size_t, size_t))dlsym(RTLD_DEFAULT, "free_aligned_sized");

	for (size_t size = 1; size < 1000000; size = size * 2 + 1) {
		if (sized)
			sized(opaque(malloc(size)), size);
		if (sized)
			sized(opaque(calloc(1, size)), size);
		if (aligned)
			aligned(opaque(aligned_alloc(256, size)), 256, size);
	}
	if (sized)
		sized(NULL, 10);
	if (aligned)
		aligned(NULL, 16, 10);
	return 0;
}
