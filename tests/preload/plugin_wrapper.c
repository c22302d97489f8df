// flags: -ldl
/*
 * Class 38: another preload library of the kind of fakeroot: wraps malloc,
 * realloc, free and getuid, looks up the next ones by dlsym and
 * counts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

int wrapped_calls;

static void *next(const char *name)
{
	void *p = dlsym(RTLD_NEXT, name);

	if (!p)
		_exit(99);
	return p;
}

void *malloc(size_t size)
{
	static void *(*real)(size_t);

	if (!real)
		real = (void *(*)(size_t))next("malloc");
	wrapped_calls++;
	return real(size);
}

void free(void *p)
{
	static void (*real)(void *);

	if (!real)
		real = (void (*)(void *))next("free");
	real(p);
}

void *realloc(void *p, size_t size)
{
	static void *(*real)(void *, size_t);

	if (!real)
		real = (void *(*)(void *, size_t))next("realloc");
	wrapped_calls++;
	return real(p, size);
}

uid_t getuid(void)
{
	static uid_t (*real)(void);

	if (!real)
		real = (uid_t (*)(void))next("getuid");
	free(malloc(10));
	return real() ? 0 : 0;
}

__attribute__((constructor)) static void start(void)
{
	free(malloc(100));
	getuid();
}
