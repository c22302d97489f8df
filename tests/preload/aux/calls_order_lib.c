/* For calls_order.c. */
#include <sys/types.h>

ssize_t send(int fd, const void *buf, size_t n, int flags)
{
	return fd == -1 && buf && n && !flags ? 4242 : 0;
}

ssize_t tee(void)
{
	return 17;
}
