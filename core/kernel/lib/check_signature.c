/*
 * check_signature.c - what lib/check_signature.c has, and no more: a program may bring
 * that file instead.
 */
#include "core/os/compiler.h"
#include "include/kmemu/dma.h"

KMEMU_EXPORT_WEAK int kmemu_check_signature(const volatile void *io_addr,
				       const unsigned char *signature, int length)
{
	const volatile u8 *registers = io_addr;

	for (int i = 0; i < length; i++)
		if (registers[i] != signature[i])
			return 0;
	return 1;
}
