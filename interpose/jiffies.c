/*
 * jiffies.c - the variable jiffies of a program on libkmemu.so. A preload does not need
 * it, so nothing is done here at a start: a constructor of <linux/jiffies.h> comes from
 * each object file of kernel code, and the relocations of its program or plug-in
 * say whether that reads the variable. core/kernel/time.c has the theory.
 *
 * It is found by name, as the program may have a copy; and not by a relocation of
 * ours, which the loader would look up at each start.
 *
 * Locks: the loader's. Cost: relocations are read until the variable is found.
 */
#include "core/kernel/task.h"
#include "core/os/dl.h"
#include "core/os/modules.h"

#define VARIABLE "kmemu_jiffies_variable"

extern volatile unsigned long kmemu_jiffies_variable;
KMEMU_EXPORT volatile unsigned long kmemu_jiffies_variable = INITIAL_JIFFIES;

void kmemu_jiffies_start(const void *in);

KMEMU_EXPORT void kmemu_jiffies_start(const void *in)
{
	struct os_object o;

	if (READ_ONCE(jiffies_variable))
		return;
	os_objects_init();
	/* Where the loader cannot tell, it is taken for one that does. */
	if (!os_object_find((uintptr_t)in, &o) || os_object_uses(&o, VARIABLE))
		jiffies_start(os_dlsym_default(VARIABLE));
}
