/*
 * list_debug.c - what is said of a list that is not whole (kernel: lib/list_debug.c, with
 * CONFIG_DEBUG_LIST).
 *
 * <linux/list.h> looks at each add and delete, inline; here is who finds out what is
 * wrong, and tells it. The answer is that of the kernel: the call does not touch the list.
 *
 * Different from the kernel: nothing. Locks: none. Memory: none. Cost: only when it happens.
 */
#include "core/kernel/task.h"
#include "include/kmemu/lib.h"

/* include/linux/poison.h */
#define LIST_POISON1 ((void *)0xdead000000000100UL)
#define LIST_POISON2 ((void *)0xdead000000000122UL)

#define corrupt(line, fmt, ...) \
	kernel_warn_text(CALLER, "lib/list_debug.c", line, fmt, ##__VA_ARGS__)

KMEMU_EXPORT void kmemu_list_add_corrupt(struct list_head *new, struct list_head *prev,
					 struct list_head *next)
{
	if (!prev)
		corrupt(26, "list_add corruption. prev is NULL.");
	else if (!next)
		corrupt(28, "list_add corruption. next is NULL.");
	else if (next->prev != prev)
		corrupt(31, "list_add corruption. next->prev should be prev (%px), but was %px. "
			    "(next=%px).", prev, next->prev, next);
	else if (prev->next != next)
		corrupt(34, "list_add corruption. prev->next should be next (%px), but was %px. "
			    "(prev=%px).", next, prev->next, prev);
	else
		corrupt(37, "list_add double add: new=%px, prev=%px, next=%px.", new, prev, next);
}

KMEMU_EXPORT void kmemu_list_del_corrupt(struct list_head *entry)
{
	const struct list_head *prev = entry->prev, *next = entry->next;

	if (!next)
		corrupt(53, "list_del corruption, %px->next is NULL", entry);
	else if (!prev)
		corrupt(55, "list_del corruption, %px->prev is NULL", entry);
	else if (next == LIST_POISON1)
		corrupt(58, "list_del corruption, %px->next is LIST_POISON1 (%px)", entry, next);
	else if (prev == LIST_POISON2)
		corrupt(61, "list_del corruption, %px->prev is LIST_POISON2 (%px)", entry, prev);
	else if (prev->next != entry)
		corrupt(64, "list_del corruption. prev->next should be %px, but was %px. "
			    "(prev=%px)", entry, prev->next, prev);
	else
		corrupt(67, "list_del corruption. next->prev should be %px, but was %px. "
			    "(next=%px)", entry, next->prev, next);
}
