// flags: -ldl -fno-builtin -Wno-free-nonheap-object
/*
 * One misuse, named by the argument: frees and resizes of what is no start of a
 * live object. The program goes on and its heap is unharmed: what is handed
 * out afterwards is never handed out twice, and the validator finds nothing.
 * (Asks for kmemu; invalid_free.sh reads the reports.)
 */
#include <errno.h>
#include "kmemu_api.h"

static char static_bytes[256];
static size_t size = 64;

/* Half of them of the size in question, as long as that is not too much. */
static size_t size_of(unsigned int i)
{
	if (i % 2 == 0)
		return i % 700;
	return size < 5000 || i % 40 == 1 ? size : 64;
}

/* Twice as many blocks as a sheaf may hold, each marked: no two may be one. */
static void heap_unharmed(void)
{
	static char *block[4000];

	for (unsigned int i = 0; i < 4000; i++) {
		size_t n = size_of(i);

		block[i] = malloc(n);
		CHECK(block[i]);
		fill(block[i], n < 64 ? n : 64, i);
	}
	for (unsigned int i = 0; i < 4000; i++) {
		size_t n = size_of(i);

		CHECK(filled(block[i], n < 64 ? n : 64, i));
		free(block[i]);
	}
	CHECK(validate() == 0);
}

static void not_resized(void *p)
{
	errno = 0;
	CHECK(!realloc(opaque(p), 100) && errno == ENOMEM);
}

static void double_free(void)
{
	char *p = malloc(size), *other = malloc(size), *a, *b;
	void *again = opaque(p);

	free(p);
	free(other);
	free(opaque(again));
	a = malloc(size);
	b = malloc(size);
	CHECK(a != b);
	free(a);
	free(b);
}

static void freed_block_resized(void)
{
	void *p = malloc(size), *again = opaque(p);

	free(p);
	not_resized(again);
}

static void inside(size_t offset, int resize)
{
	char *p = malloc(size);

	fill(p, size, 9);
	if (resize)
		not_resized(p + offset);
	else
		free(opaque(p + offset));
	CHECK(filled(p, size, 9));
	free(p);
}

static void no_heap(const char *what, int resize)
{
	char on_stack[64], *p = on_stack + 16;

	if (!strcmp(what, "static"))
		p = static_bytes + 32;
	if (!strcmp(what, "function"))
		p = (char *)no_heap;
	if (!strcmp(what, "wild"))
		p = (char *)0x123456789000;
	if (!strcmp(what, "small"))
		p = (char *)48;
	if (!strcmp(what, "zero-size")) /* kmalloc(0) of the kernel, never malloc(0) */
		p = (char *)16;
	if (!strcmp(what, "member")) /* &((struct list *)NULL)->next */
		p = (char *)8;
	if (!strcmp(what, "noncanonical"))
		p = (char *)0xdead000000000000;
	if (!strcmp(what, "minus"))
		p = (char *)-16;
	if (resize)
		not_resized(p);
	else
		free(opaque(p));
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "double";
	int resize = argc > 3 && !strcmp(argv[3], "realloc");

	kmemu_find();
	if (argc > 2)
		size = (size_t)atol(argv[2]);
	heap_unharmed();
	if (!strcmp(what, "double"))
		double_free();
	else if (!strcmp(what, "freed"))
		freed_block_resized();
	else if (!strcmp(what, "inside"))
		inside(size / 2 & ~(size_t)15, resize);
	else if (!strcmp(what, "odd"))
		inside(1, resize);
	else if (!strcmp(what, "end"))
		inside(size - 1, resize);
	else
		no_heap(what, resize);
	heap_unharmed();
	printf("went on\n");
	return 0;
}
