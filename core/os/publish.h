/*
 * publish.h - a small file by which others of the same user find this process.
 * The conventions are those of os.h; publish.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

unsigned int os_euid(void);
/* Others of the same user may read this process's memory, where Yama forbids it. */
void os_allow_readers(void);

/*
 * Makes the file BASE/kmemu/NAME, mode 0600, with these n bytes, and maps it
 * for reading; *map is NULL where that fails, which is no error. BASE itself is
 * made when `make` is set. It must be ours, BASE/kmemu closed to others; no link
 * is followed. 0 or -errno.
 */
int os_publish(const char *base, bool make, const char *name, const void *data, size_t n,
	       void **map);
void os_unpublish(const char *base, const char *name, void *map, size_t n);
