// flags: -fno-builtin
/*
 * O_DIRECT at offsets that are no multiple of a block: what is refused, and, with an
 * argument, what is not. For buffers_place.sh. 77: here it is otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/uio.h>
#include "check.h"

#define CROOKED 5000

static char *p;
static int fd, appends;

static void refused(long ret)
{
	if (ret != -1 || errno != EINVAL)
		exit(77);
}

static void done(long ret, long want)
{
	if (ret != want)
		exit(77);
}

static void wrong(void)
{
	struct iovec v = { p, 4096 };

	refused(preadv2(fd, &v, 1, 3, 0));
	CHECK(lseek(fd, 3, SEEK_SET) == 3);
	refused(preadv2(fd, &v, 1, -1, 0));
	refused(pwritev2(fd, &v, 1, 3, 0));
	/* At the end, which is crooked. */
	refused(pwrite(appends, p, 4096, 0));
}

static void right(void)
{
	struct iovec v = { p, 4096 };

	done(pread(fd, p, 4096, 4096), CROOKED - 4096);
	done(pread(fd, p, 4096, CROOKED), 0);
	done(preadv2(fd, &v, 1, CROOKED + 3, 0), 0);
	CHECK(lseek(fd, 0, SEEK_END) == CROOKED);
	done(read(fd, p, 4096), 0);
	/* Not at the descriptor's offset. */
	done(preadv2(fd, &v, 1, 0, 0), 4096);
	CHECK(ftruncate(fd, 8192) == 0 && lseek(appends, 3, SEEK_SET) == 3);
	done(write(appends, p, 4096), 4096);
	done(pwrite(appends, p, 4096, 5), 4096);
}

int main(int argc, char **argv)
{
	void *page;

	(void)argv;
	CHECK(posix_memalign(&page, 4096, 4096) == 0);
	p = page;
	memset(p, 0, 4096);
	fd = open("place.tmp", O_RDWR | O_CREAT | O_TRUNC | O_DIRECT, 0600);
	appends = open("place.tmp", O_WRONLY | O_APPEND | O_DIRECT);
	unlink("place.tmp");
	if (fd < 0 || appends < 0 || pwrite(fd, p, 4096, 4096) != 4096)
		return 77;
	CHECK(ftruncate(fd, CROOKED) == 0);
	if (argc > 1)
		right();
	else
		wrong();
	puts("done");
	return 0;
}
