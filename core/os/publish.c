/*
 * publish.c - a file that says where in this process something is. The kernel
 * needs none, /proc is there; this is ours.
 *
 * The directory may be below /tmp, where anybody may have made it before: it
 * must be a directory (no link), of this user, closed to others, and all below
 * it is reached by descriptor. The file is made afresh each time, so that an old
 * one of a process that had this number is no danger; a reader knows a stale one
 * by its not being mapped in the process whose number it bears. The mapping is
 * not inherited by a child, which has another number.
 *
 * Text is written, not stored by the mapping: on a full disk a store is a
 * SIGBUS. Descriptors are closed before the call returns.
 *
 * Locks: none. Cost: some twelve system calls.
 */
#include "core/os/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/os/os.h"

#ifndef PR_SET_PTRACER
#define PR_SET_PTRACER 0x59616d61
#endif

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

unsigned int os_euid(void)
{
	return (unsigned int)os_call(SYS_geteuid, 0, 0, 0, 0, 0, 0);
}

void os_allow_readers(void)
{
	os_call(SYS_prctl, PR_SET_PTRACER, -1, 0, 0, 0, 0);
}

static long openat_(int at, const char *name, int flags, unsigned int mode)
{
	return os_call(SYS_openat, at, (long)name, flags, mode, 0, 0);
}

/* A directory of ours that has none of the bits `closed`; its fd or -errno. */
static int open_dir(int at, const char *name, bool make, unsigned int closed)
{
	long fd = openat_(at, name, DIR_FLAGS, 0);
	struct stat st;

	if (fd == -ENOENT && make) {
		os_call(SYS_mkdirat, at, (long)name, 0700, 0, 0, 0);
		fd = openat_(at, name, DIR_FLAGS, 0);
	}
	if (fd < 0)
		return (int)fd;
	if (os_call(SYS_newfstatat, fd, (long)"", (long)&st, AT_EMPTY_PATH, 0, 0) ||
	    st.st_uid != os_euid() || st.st_mode & closed) {
		os_close((int)fd);
		return -EPERM;
	}
	return (int)fd;
}

/* BASE/kmemu. One that we make below /tmp is closed to others from the start. */
static int open_place(const char *base, bool make)
{
	int fd = open_dir(AT_FDCWD, base, make, make ? 077 : 022), dir;

	if (fd < 0)
		return fd;
	dir = open_dir(fd, "kmemu", true, 077);
	os_close(fd);
	return dir;
}

static int write_file(int dir, const char *name, const void *data, size_t n, void **map)
{
	long fd, at;
	int err = 0;

	os_call(SYS_unlinkat, dir, (long)name, 0, 0, 0, 0);
	fd = openat_(dir, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return (int)fd;
	if (os_write((int)fd, data, n) != (ssize_t)n) {
		os_call(SYS_unlinkat, dir, (long)name, 0, 0, 0, 0);
		err = -ENOSPC;
	} else {
		at = os_call(SYS_mmap, 0, (long)n, PROT_READ, MAP_SHARED, fd, 0);
		if (at > 0 || at < -4095) {
			os_call(SYS_madvise, at, (long)n, MADV_DONTFORK, 0, 0, 0);
			*map = (void *)at;
		}
	}
	os_close((int)fd);
	return err;
}

int os_publish(const char *base, bool make, const char *name, const void *data, size_t n,
	       void **map)
{
	int dir = open_place(base, make), err;

	*map = NULL;
	if (dir < 0)
		return dir;
	err = write_file(dir, name, data, n, map);
	os_close(dir);
	return err;
}

void os_unpublish(const char *base, const char *name, void *map, size_t n)
{
	int dir = open_place(base, false);

	if (dir >= 0) {
		os_call(SYS_unlinkat, dir, (long)name, 0, 0, 0, 0);
		os_close(dir);
	}
	if (map)
		os_unmap(map, n);
}
