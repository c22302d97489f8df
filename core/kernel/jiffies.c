/*
 * jiffies.c - the variable jiffies of a program on libkmemu.a (kernel: kernel/time/timer.c
 * jiffies_64). It is in the archive only, and the linker takes it only where some code
 * reads jiffies. time.c has the theory.
 *
 * Locks: none. Cost: a thread, 20 us at the start.
 */
#include "core/kernel/task.h"

extern volatile unsigned long kmemu_jiffies_variable;
KMEMU_EXPORT volatile unsigned long kmemu_jiffies_variable = INITIAL_JIFFIES;

__attribute__((constructor(101))) static void start(void)
{
	jiffies_start(&kmemu_jiffies_variable);
}
