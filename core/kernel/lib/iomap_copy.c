/*
 * iomap_copy.c - what lib/iomap_copy.c has, and no more, but the one of x86's own: a
 * program may bring that file instead. Registers are memory here; each is read or
 * written once, whole.
 */
#include "core/os/compiler.h"
#include "include/kmemu/dma.h"

KMEMU_EXPORT_WEAK void kmemu_iowrite64_copy(void *to, const void *from, size_t count)
{
	const u64 *src = from;
	volatile u64 *dst = to;

	while (count--)
		*dst++ = *src++;
}

KMEMU_EXPORT_WEAK void kmemu_ioread32_copy(void *to, const void *from, size_t count)
{
	const volatile u32 *src = from;
	u32 *dst = to;

	while (count--)
		*dst++ = *src++;
}
