/*
 * sort.c - heapsort (kernel: lib/sort.c): in place, n log n in the worst case, no
 * memory, no deep stack. A descent goes to the bottom along the greater children
 * first and then climbs to where the element belongs, since it belongs near the
 * bottom: one comparison a level instead of two. Two elements leave the heap before
 * each descent, as in 6.12, so that equal ones come out in the same order.
 */
#include "core/os/compiler.h"
#include "include/kmemu/lib.h"

struct order {
	int (*cmp)(const void *, const void *, const void *);
	int (*cmp2)(const void *, const void *);
	void (*swap)(void *, void *, int, const void *);
	void (*swap2)(void *, void *, int);
	const void *priv;
	size_t size;
};

static int compare(const struct order *o, const char *a, const char *b)
{
	return o->cmp2 ? o->cmp2(a, b) : o->cmp(a, b, o->priv);
}

static void exchange(const struct order *o, char *a, char *b)
{
	if (o->swap) {
		o->swap(a, b, (int)o->size, o->priv);
	} else if (o->swap2) {
		o->swap2(a, b, (int)o->size);
	} else {
		for (size_t i = 0; i < o->size; i++) {
			char c = a[i];

			a[i] = b[i];
			b[i] = c;
		}
	}
}

/* The heap of num has everything in place but its element `top`. */
static void sift(const struct order *o, char *base, size_t num, size_t top)
{
	size_t at = top, child;

	while ((child = 2 * at + 1) < num) {
		if (child + 1 < num &&
		    compare(o, base + child * o->size, base + (child + 1) * o->size) <= 0)
			child++;
		at = child;
	}
	while (at != top && compare(o, base + top * o->size, base + at * o->size) >= 0)
		at = (at - 1) / 2;
	/* Each on the way up to the top moves up one; the top's element comes to `at`. */
	for (child = at; at != top;) {
		at = (at - 1) / 2;
		exchange(o, base + at * o->size, base + child * o->size);
	}
}

static void heapsort(const struct order *o, char *base, size_t num)
{
	size_t size = o->size, second;

	if (num < 2 || !size)
		return;
	for (size_t i = num / 2; i--;)
		sift(o, base, num, i);
	while (num > 3) {
		exchange(o, base, base + --num * size);
		second = compare(o, base + size, base + 2 * size) <= 0 ? 2 : 1;
		exchange(o, base + second * size, base + --num * size);
		/* The second's place first, which the first's descent may pass. */
		sift(o, base, num, second);
		sift(o, base, num, 0);
	}
	exchange(o, base, base + --num * size);
	if (num == 2 && compare(o, base, base + size) > 0)
		exchange(o, base, base + size);
}

KMEMU_EXPORT void kmemu_sort_r(void *base, size_t num, size_t size,
			       int (*cmp)(const void *, const void *, const void *),
			       void (*swap)(void *, void *, int, const void *), const void *priv)
{
	struct order o = { .cmp = cmp, .swap = swap, .priv = priv, .size = size };

	heapsort(&o, base, num);
}

KMEMU_EXPORT void kmemu_sort(void *base, size_t num, size_t size,
			     int (*cmp)(const void *, const void *),
			     void (*swap)(void *, void *, int))
{
	struct order o = { .cmp2 = cmp, .swap2 = swap, .size = size };

	heapsort(&o, base, num);
}
