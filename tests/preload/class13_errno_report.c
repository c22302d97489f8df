// flags: -fno-builtin -Wno-free-nonheap-object
/*
 * Class 13: errno is kept by a free that prints a report. Standard error is
 * closed-over by a full device, so that the print itself fails. (Asks for
 * kmemu: glibc aborts here.)
 */
#include <errno.h>
#include <fcntl.h>
#include "check.h"

int main(void)
{
	char *p = malloc(100), *q;
	int full = open("/dev/full", O_WRONLY);

	CHECK(full >= 0);
	dup2(full, STDERR_FILENO);
	q = opaque(p);
	free(p);
	for (int i = 0; i < 3; i++) {
		errno = 77;
		free(opaque(q));
		if (errno != 77)
			return 3;
		free(opaque(&full));
		if (errno != 77)
			return 4;
	}
	return 0;
}
