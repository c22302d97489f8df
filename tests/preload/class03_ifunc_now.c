// flags: -rdynamic
/*
 * Class 3: while the loader relocates a library that is bound at once, code runs (a
 * resolver of an IFUNC) that allocates often, reads, and installs a handler. What kmemu
 * does then to slots of the library must not be in the loader's way.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include "check.h"

void (*while_relocating)(void);

static void nothing(int sig)
{
	(void)sig;
}

static void work(void)
{
	void *(*volatile alloc)(size_t) = malloc;
	char byte;
	int fd = open("/dev/zero", O_RDONLY);

	signal(SIGUSR1, nothing);
	for (int i = 0; i < 40000; i++)
		free(alloc(100));
	for (int i = 0; i < 100; i++)
		CHECK(read(fd, &byte, 1) == 1);
	close(fd);
}

int main(int argc, char **argv)
{
	char path[4096];
	int (*use)(void);
	void *lib;

	(void)argc;
	snprintf(path, sizeof(path), "%.*splugin_ifunc_now.so",
		 (int)(strrchr(argv[0], '/') + 1 - argv[0]), argv[0]);
	while_relocating = work;
	lib = dlopen(path, RTLD_NOW);
	CHECK(lib);
	use = (int (*)(void))dlsym(lib, "use");
	for (int i = 0; i < 40000; i++)
		CHECK(use() == 2);
	return 0;
}
