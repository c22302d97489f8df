/*
 * A ring made and entered by system calls, as fio's own engine does, with a
 * buffer registered. SIZE: of the buffer. 77: this kernel has no io_uring.
 */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include "check.h"

int main(int argc, char **argv)
{
	char params[120] = { 0 };
	size_t size = argc > 1 ? strtoul(argv[1], NULL, 0) : 4096;
	struct iovec v = { NULL, 4096 };
	long fd = syscall(425, 4, params);

	if (fd < 0)
		return 77;
	CHECK(posix_memalign(&v.iov_base, 4096, size) == 0);
	memset(v.iov_base, 0, size);
	CHECK(syscall(427, fd, 0, &v, 1) == 0);
	CHECK(syscall(426, fd, 0, 0, 0, NULL, 0) == 0);
	puts("done");
	return 0;
}
