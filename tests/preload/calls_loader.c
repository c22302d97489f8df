// flags: -pthread
/*
 * The first call of a function of libc's, made where the loader's lock is another
 * thread's: by a thread that a constructor under dlopen waits for. A look-up that
 * waits for the lock hangs here.
 */
#include <dlfcn.h>
#include "check.h"

int main(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 40);

	CHECK(n > 0);
	path[n] = '\0';
	strcpy(strrchr(path, '/') + 1, "plugin_calls_join.so");
	CHECK(dlopen(path, RTLD_NOW) != NULL);
	return 0;
}
