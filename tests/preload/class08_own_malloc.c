// flags: -rdynamic -fno-builtin
/*
 * Class 8: a program that brings and exports its own malloc family. Its
 * allocator is used, ours stays out of the way, and nothing breaks.
 * class08_own_malloc.sh looks for the notice in the summary. A library that is
 * preloaded beside ours is a caller, too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include "check.h"

static char arena[1 << 22] __attribute__((aligned(16)));
static size_t arena_used;
static int calls;

void *malloc(size_t size)
{
	size_t *p = (size_t *)(arena + arena_used);

	calls++;
	size = (size + 31) & ~(size_t)15;
	if (size > sizeof(arena) - arena_used) {
		errno = ENOMEM;
		return NULL;
	}
	arena_used += size;
	p[0] = size - 16;
	return p + 2;
}

void free(void *p)
{
	CHECK(!p || ((char *)p > arena && (char *)p < arena + sizeof(arena)));
}

void *calloc(size_t n, size_t size)
{
	return malloc(n * size);
}

void *realloc(void *p, size_t size)
{
	void *q = malloc(size);

	if (p && q)
		memcpy(q, p, ((size_t *)p)[-2] < size ? ((size_t *)p)[-2] : size);
	return q;
}

void *aligned_alloc(size_t align, size_t size)
{
	(void)align;
	return malloc(size);
}

/* Nobody's library: nothing. */
static void library(void)
{
	void *(*give)(size_t) = (void *(*)(size_t))dlsym(RTLD_DEFAULT, "give");
	void (*take)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, "take");
	char *p = give ? give(50) : NULL;

	CHECK(!p || (p > arena && p < arena + sizeof(arena)));
	free(p);
	if (take)
		take(malloc(60));
}

int main(void)
{
	char *p = malloc(100);
	char *text = strdup("copied by libc");
	pthread_attr_t attr;

	CHECK(p > arena && p < arena + sizeof(arena));
	CHECK(text > arena && text < arena + sizeof(arena));
	free(text);
	/* What libc allocates goes to this malloc, too, and comes back to its free. */
	CHECK(pthread_getattr_np(pthread_self(), &attr) == 0 && pthread_attr_destroy(&attr) == 0);
	p = realloc(p, 1000);
	free(p);
	library();
	CHECK(calls >= 3 && printf("own malloc was used\n") > 0);
	return 0;
}
