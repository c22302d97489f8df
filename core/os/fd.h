/*
 * fd.h - what a descriptor of the program's is. The conventions are those of
 * os.h; fd.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

/* The flags of F_GETFL; -errno: it is not open. */
int os_fd_flags(int fd);
/* A regular file or a block device: what O_DIRECT means something for. */
bool os_fd_is_disk(int fd);
/* What O_DIRECT wants there, in bytes; false: the file system does not tell. */
bool os_fd_dio_align(int fd, u32 *mem, u32 *offset);
/* Where a regular file ends; -1: it is none. */
long os_fd_end(int fd);
/* Its offset now; -errno: it has none. */
long os_fd_offset(int fd);
/* The path of what it is open for, terminated and perhaps cut; "": not known. */
void os_fd_path(int fd, char *buf, size_t size);
/*
 * Of a ring's group of buffers: how many of them were chosen so far, as its tail counts;
 * -errno: there is no such group, or the kernel (before 6.8) does not tell.
 */
long os_ring_group_head(int ring_fd, u16 group);
