/*
 * A library before libc in the search order has a send() of its own, without a
 * version, and a tee() with a version that is not libc's: for calls_loader.sh. The
 * program means the one and not the other.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include "../check.h"

int main(void)
{
	CHECK(send(-1, "", 1, 0) == 4242);
	CHECK(tee(-1, -1, 1, 0) == -1 && errno == EBADF);
	return 0;
}
