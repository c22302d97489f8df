/* Class 6: opens a plugin by a bare name, which only the RUNPATH of this library finds. */
#include <dlfcn.h>

int open_hidden(void)
{
	void *handle = dlopen("libhidden.so", RTLD_NOW);
	int (*number)(void) = handle ? (int (*)(void))dlsym(handle, "hidden_number") : 0;

	return number ? number() : -1;
}
