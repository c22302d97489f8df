/*
 * For alloc_stack.sh: memory of two call sites at one address, and a buffer that is
 * too short for its call, so that the report names who allocated it. "first": an aligned
 * block. "again": it was freed, and the same address given to a malloc of another function.
 * "area", "block": what is above the cap, and below. "other": from a call site that was met
 * before on another way. "alone": from one in main.
 */
#include <fcntl.h>
#include "check.h"

#define SIZE 512
#define TRIES 10000

__attribute__((noinline)) static void *innermost(size_t size)
{
	void *p;

	CHECK(posix_memalign(&p, SIZE, size) == 0);
	return opaque(p);
}

__attribute__((noinline)) static void *former_owner(size_t size)
{
	void *p = innermost(size);

	return opaque(p);
}

__attribute__((noinline)) static void *from_malloc(size_t size)
{
	return opaque(malloc(size));
}

__attribute__((noinline)) static void *later_owner(size_t size)
{
	void *p = from_malloc(size);

	return opaque(p);
}

__attribute__((noinline)) static void *other_owner(size_t size)
{
	void *p = from_malloc(size);

	return opaque(p);
}

/* The address of a freed block comes back from malloc. */
static void *again(void)
{
	void *first = former_owner(SIZE), *p;

	free(first);
	for (int i = 0; i < TRIES; i++) {
		p = later_owner(SIZE);
		if (p == first)
			return p;
	}
	exit(77);
}

int main(int argc, char **argv)
{
	const char *which = argc > 1 ? argv[1] : "";
	int null = open("/dev/null", O_WRONLY);
	size_t over = 1024;
	void *p;

	if (!strcmp(which, "again")) {
		p = again();
	} else if (!strcmp(which, "first")) {
		p = former_owner(SIZE);
	} else if (!strcmp(which, "area")) {
		p = later_owner(200000);
		over = 300000;
	} else if (!strcmp(which, "block")) {
		p = later_owner(20000);
		over = 40000;
	} else if (!strcmp(which, "other")) {
		later_owner(SIZE);
		p = other_owner(SIZE);
	} else if (!strcmp(which, "alone")) {
		p = opaque(malloc(SIZE));
	} else {
		return 0;
	}
	CHECK(write(null, p, over) == (ssize_t)over);
	return 0;
}
