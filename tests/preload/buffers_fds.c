// flags: -fno-builtin -rdynamic
/*
 * Which descriptors are O_DIRECT is known however they become so: each way ends in one
 * write of vmalloc memory, whose function has the way's name, so that each is a finding
 * of its own; and each way back in one that is none. For buffers_fds.sh.
 */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "check.h"

static char *page;
static const char path[] = "fds.tmp";

static void plain(int fd)
{
	CHECK(pwrite(fd, page, 4096, 0) == 4096);
}

/* By the line: finds it. */
#define DIRECT(fd) CHECK(pwrite(fd, page, 4096, 0) == 4096)

static int open_plain(void)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	CHECK(fd >= 0);
	plain(fd);
	return fd;
}

__attribute__((noinline)) static void by_open(void)
{
	int fd = open_plain();

	close(fd);
	CHECK(open(path, O_RDWR | O_DIRECT) == fd);
	DIRECT(fd);
	close(fd);
	CHECK(open_plain() == fd);
	close(fd);
}

/* libc's own close passes nobody. */
__attribute__((noinline)) static void by_fclose(void)
{
	int fd = open_plain();

	fclose(fdopen(fd, "r+"));
	CHECK(openat(AT_FDCWD, path, O_RDWR | O_DIRECT) == fd);
	DIRECT(fd);
	close(fd);
}

__attribute__((noinline)) static void by_fcntl(void)
{
	int fd = open_plain();

	CHECK(fcntl(fd, F_SETFL, O_DIRECT) == 0);
	DIRECT(fd);
	CHECK(fcntl(fd, F_SETFL, 0) == 0);
	plain(fd);
	close(fd);
}

__attribute__((noinline)) static void by_dup(void)
{
	int fd = open(path, O_RDWR | O_DIRECT), other = open_plain();

	close(other);
	CHECK(dup(fd) == other);
	DIRECT(other);
	close(other);
	CHECK(fcntl(fd, F_DUPFD, 0) == other);
	DIRECT(other);
	close(other);
	CHECK(open_plain() == other && dup2(fd, other) == other);
	DIRECT(other);
	close(other);
	close(fd);
}

__attribute__((noinline)) static void by_message(void)
{
	int pair[2], fd = open(path, O_RDWR | O_DIRECT), got = open_plain();
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
	struct iovec v = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	close(got);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	CHECK(sendmsg(pair[0], &msg, 0) == 1 && recvmsg(pair[1], &msg, 0) == 1);
	memcpy(&got, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(got));
	DIRECT(got);
}

/* A pipe of packets is no device. */
static void packets(void)
{
	int ends[2];

	CHECK(pipe2(ends, O_DIRECT) == 0 && write(ends[1], page, 4096) == 4096);
}

int main(void)
{
	void *p;

	CHECK(posix_memalign(&p, 4096, 1 << 20) == 0);
	page = p;
	memset(page, 0, 4096);
	if (open(path, O_RDWR | O_CREAT | O_DIRECT, 0600) < 0)
		return 77;
	by_open();
	by_fclose();
	by_fcntl();
	by_dup();
	by_message();
	packets();
	unlink(path);
	puts("7 findings");
	return 0;
}
