/*
 * view_api.c - the exported API of include/kmemu/view.h: starts the heap if it
 * must and hands on to core/mm/view.c.
 */
#include <errno.h>

#include "core/init/init.h"
#include "core/mm/view.h"
#include "include/kmemu/view.h"

KMEMU_EXPORT ssize_t kmemu_view(const char *name, char *buf, size_t size)
{
	if (!name || (!buf && size))
		return -EINVAL;
	if (unlikely(!kmemu_is_ready()) && !kmemu_init())
		return -EAGAIN;
	return view_print_own(name, buf, size);
}
