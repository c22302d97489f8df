/* SPDX-License-Identifier: MIT */
/*
 * view.h - what the kernel shows of its memory under /proc, of this process.
 * `kmemu show NAME --pid PID` prints the same of another one.
 */
#ifndef KMEMU_VIEW_H
#define KMEMU_VIEW_H

#include <stddef.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * kmemu_view: writes the text of a view into buf, at most size - 1 bytes and a
 * NUL, and returns the length in bytes that the whole text has (which may be
 * size or more: then the text was cut; buf may be NULL when size is 0). name is
 *
 *	slabinfo	mm/slab_common.c, slab_show()
 *	vmallocinfo	mm/vmalloc.c, vmalloc_info_show()
 *	buddyinfo	mm/vmstat.c, frag_show()
 *	pagetypeinfo	mm/vmstat.c, pagetypeinfo_show()
 *	extfrag_index	mm/vmstat.c, extfrag_show(); unusable_index: unusable_show()
 *	zoneinfo	mm/vmstat.c, zoneinfo_show()
 *	meminfo		fs/proc/meminfo.c, meminfo_proc_show()
 *	allocinfo	lib/alloc_tag.c, allocinfo_show()
 *
 * and the format is that of Linux 6.12. allocinfo has rows with leak= other than
 * off, without file and line (`kmemu show allocinfo --pid` has both).
 *
 * Errors: -ENOENT no such view, -EINVAL name or buf is NULL, -ENOMEM, -EFAULT and
 * -EAGAIN memory could not be read, or changed faster than it could be followed
 * (in a signal handler only). errno is not touched. Thread-safe; takes nothing from
 * the heap; may be called in a signal handler. Other threads that need a slow path
 * of the allocator wait meanwhile.
 */
ssize_t kmemu_view(const char *name, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_VIEW_H */
