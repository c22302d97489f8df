/*
 * bitmap_set.c - runs of bits in bitmaps (kernel: __bitmap_set(), __bitmap_clear() of
 * lib/bitmap.c). Alone in its file: a program may bring its own of these two, as the
 * kernel's drivers/firmware/efi/libstub/bitmap.c.
 */
#include "core/os/compiler.h"

#include "include/kmemu/bitmap.h"

#define WORD_BITS 64u

/* Of word i, those from start up to end, which is not included. */
static inline unsigned long within(unsigned int i, unsigned int start, unsigned int end)
{
	unsigned long mask = ~0ul;

	if (start > i * WORD_BITS)
		mask <<= start % WORD_BITS;
	if (end - i * WORD_BITS < WORD_BITS)
		mask &= (1ul << end % WORD_BITS) - 1;
	return mask;
}

KMEMU_EXPORT_WEAK void kmemu_bitmap_set(unsigned long *map, unsigned int start, int len)
{
	unsigned int end = start + (unsigned int)len;

	for (unsigned int i = start / WORD_BITS; i * WORD_BITS < end; i++)
		map[i] |= within(i, start, end);
}

KMEMU_EXPORT_WEAK void kmemu_bitmap_clear(unsigned long *map, unsigned int start, int len)
{
	unsigned int end = start + (unsigned int)len;

	for (unsigned int i = start / WORD_BITS; i * WORD_BITS < end; i++)
		map[i] &= ~within(i, start, end);
}
