/*
 * extable.c - is it an address of code (kernel: kernel/extable.c kernel_text_address()).
 * Code is that of the program and of all libraries.
 *
 * Locks: the loader's, at the first call. Cost: 100 ns.
 */
#include "core/os/modules.h"
#include "include/kmemu/module.h"

KMEMU_EXPORT int kmemu_kernel_text_address(unsigned long addr)
{
	unsigned long start, end;
	struct os_object o;

	os_objects_init();
	return os_object_find(addr, &o) && os_object_code(&o, &start, &end) && addr >= start &&
	       addr < end;
}
