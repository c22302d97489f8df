/* SPDX-License-Identifier: MIT */
/* fd: flags, kinds, offsets and paths of descriptors, and of what is none. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/os/fd.h"

static void what_they_are(void)
{
	int null = open("/dev/null", O_RDWR | O_APPEND), ends[2];
	u32 mem = 1, block = 1;

	CU_ASSERT(os_fd_flags(null) & O_APPEND);
	CU_ASSERT(os_fd_flags(9999) == -EBADF);
	CU_ASSERT(!os_fd_is_disk(null) && !os_fd_is_disk(-1) && !os_fd_is_disk(9999));
	CU_ASSERT(pipe(ends) == 0 && os_fd_offset(ends[0]) == -ESPIPE);
	CU_ASSERT(!os_fd_dio_align(null, &mem, &block));
	CU_ASSERT(!os_fd_dio_align(9999, &mem, &block));
}

static void files(void)
{
	char name[] = "fd-test-XXXXXX", path[4200], small[8];
	int fd = mkstemp(name);
	u32 mem, block;

	CU_ASSERT(os_fd_is_disk(fd));
	CU_ASSERT(write(fd, "12345", 5) == 5 && os_fd_offset(fd) == 5);
	os_fd_path(fd, path, sizeof(path));
	CU_ASSERT(strstr(path, name) != NULL);
	os_fd_path(fd, small, sizeof(small));
	CU_ASSERT(strlen(small) == 7);
	os_fd_path(-1, path, sizeof(path));
	CU_ASSERT_STRING_EQUAL(path, "");
	os_fd_path(9999, path, sizeof(path));
	CU_ASSERT_STRING_EQUAL(path, "");
	if (os_fd_dio_align(fd, &mem, &block)) /* where the file system tells */
		CU_ASSERT(mem && block && block <= 65536);
	unlink(name);
}

UNIT_MAIN("fd", UNIT_TEST(what_they_are), UNIT_TEST(files));
