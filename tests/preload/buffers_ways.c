// flags: -fno-builtin -rdynamic
/*
 * An O_DIRECT descriptor comes to a number that was a plain one's, by ways that libc has
 * no function for, or a new one; or a call is made by syscall(). Each ends in one
 * write of vmalloc memory; "plain" before: of a file that is not O_DIRECT. For
 * buffers_fds.sh. 77: this kernel has it not.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include "check.h"

static char *page;
static const char path[] = "ways.tmp";
static int direct = O_DIRECT;

static int plain(void)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	CHECK(fd >= 0 && pwrite(fd, page, 4096, 0) == 4096);
	return fd;
}

/* The number's other file. */
static void write_to(long fd, int number)
{
	if (fd < 0)
		exit(77);
	CHECK(fd == number && pwrite((int)fd, page, 4096, 0) == 4096);
}

static void by_openat2(void)
{
	unsigned long how[3] = { O_RDWR | (unsigned int)direct, 0, 0 };
	int fd = plain();

	close(fd);
	write_to(syscall(437, AT_FDCWD, path, how, sizeof(how)), fd);
}

static void by_openat(void)
{
	int fd = plain();

	close(fd);
	write_to(syscall(SYS_openat, AT_FDCWD, path, O_RDWR | direct, 0), fd);
}

static void by_fcntl(void)
{
	int fd = plain();

	CHECK(syscall(SYS_fcntl, fd, F_SETFL, direct) == 0);
	write_to(fd, fd);
}

static void by_pidfd(int raw)
{
	int (*get)(int, int, unsigned int) = opaque(dlsym(RTLD_DEFAULT, "pidfd_getfd"));
	int from = open(path, O_RDWR | O_CREAT | direct, 0600), fd = plain();
	int self = (int)syscall(434, getpid(), 0);

	if (self < 0 || (!raw && !get))
		exit(77);
	close(fd);
	write_to(raw ? syscall(438, self, from, 0) : get(self, from, 0), fd);
}

static void by_call(void)
{
	int fd = open(path, O_RDWR | O_CREAT | direct, 0600);
	struct iovec v[2] = { { NULL, 4096 }, { page, 4096 } };

	CHECK(posix_memalign(&v[0].iov_base, 4096, 4096) == 0);
	CHECK(syscall(SYS_pwritev, fd, v, 2, 0L, 0L) == 8192);
}

int main(int argc, char **argv)
{
	void *p;

	if (argc == 1)
		return 0; /* buffers_fds.sh names the way */
	CHECK(posix_memalign(&p, 4096, 1 << 20) == 0);
	page = p;
	memset(page, 0, 4096);
	if (open(path, O_RDWR | O_CREAT | O_DIRECT, 0600) < 0)
		return 77;
	if (argc > 2)
		direct = 0;
	if (!strcmp(argv[1], "openat2"))
		by_openat2();
	else if (!strcmp(argv[1], "openat"))
		by_openat();
	else if (!strcmp(argv[1], "fcntl"))
		by_fcntl();
	else if (!strcmp(argv[1], "pidfd"))
		by_pidfd(0);
	else if (!strcmp(argv[1], "pidfd-raw"))
		by_pidfd(1);
	else
		by_call();
	unlink(path);
	puts("done");
	return 0;
}
