/*
 * memcat_p.c - what lib/memcat_p.c has, and no more: a program may bring that file
 * instead.
 */
#include <string.h>

#include "core/kernel/alloc.h"
#include "include/kmemu/lib.h"

static size_t count(void **list)
{
	size_t n = 0;

	while (list[n])
		n++;
	return n;
}

KMEMU_EXPORT_WEAK void **kmemu_memcat_p(void **a, void **b)
{
	size_t na = count(a), nb = count(b);
	void **p = kmalloc_for((na + nb + 1) * sizeof(*p), GFP_KERNEL, "memcat_p", CALLER);

	if (!p)
		return NULL;
	memcpy(p, a, na * sizeof(*p));
	memcpy(p + na, b, (nb + 1) * sizeof(*p));
	return p;
}
