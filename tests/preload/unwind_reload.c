/* flags: -rdynamic */
/*
 * unwind_reload.sh: frees blocks twice below a plugin, closes it, and below another one
 * that the loader puts at the same addresses, whose frames are larger: what was
 * learned of the first must not be used for the second. Writes the stack as
 * backtrace() sees it, an empty line behind each.
 */
#include <dlfcn.h>
#include <execinfo.h>
#include "check.h"

static void *place;

static __attribute__((noinline)) void free_twice(void)
{
	void *pc[64], *block = malloc(100);
	int n = backtrace(pc, 64);
	Dl_info info;

	for (int i = 1; i < n; i++) {
		CHECK(dladdr(pc[i], &info));
		printf("0x%lx\n", (unsigned long)((char *)pc[i] - (char *)info.dli_fbase));
	}
	printf("\n");
	fflush(stdout);
	free(block);
	free(opaque(block));
}

static __attribute__((noinline)) void below(const char *name)
{
	char path[4096], *slash;
	void *plugin, (*call_back)(void (*)(void));

	CHECK(readlink("/proc/self/exe", path, sizeof(path) - 100) > 0);
	slash = strrchr(path, '/');
	CHECK(slash);
	strcpy(slash + 1, name);
	plugin = dlopen(path, RTLD_NOW);
	CHECK(plugin);
	*(void **)&call_back = dlsym(plugin, "call_back");
	CHECK(call_back);
	fprintf(stderr, "%s\n", !place || place == *(void **)&call_back ? "same" : "other");
	place = *(void **)&call_back;
	call_back(free_twice);
	CHECK(dlclose(plugin) == 0);
}

int main(void)
{
	void *warm[4];

	backtrace(warm, 4);
	below("plugin_unwind_a.so");
	below("plugin_unwind_b.so");
	below("plugin_unwind_a.so");
	return 0;
}
