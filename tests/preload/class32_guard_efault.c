// flags: -fno-builtin
/*
 * Class 32: a system call that runs into the guard behind a vmalloc area
 * answers a short count or EFAULT, no signal; the neighbours keep their
 * contents and the program goes on. (Asks for kmemu: libc's mapped blocks
 * have no guards.)
 */
#include <errno.h>
#include <fcntl.h>
#include "check.h"

enum { SIZE = 1 << 20, BEYOND = 8 << 20 };

int main(void)
{
	char *block[5];
	int zero = open("/dev/zero", O_RDONLY);
	ssize_t got;

	CHECK(zero >= 0);
	for (unsigned int i = 0; i < 5; i++) {
		block[i] = malloc(SIZE);
		CHECK(block[i]);
		fill(block[i], SIZE, i);
	}
	CHECK(read(zero, block[2], SIZE) == SIZE);
	got = read(zero, block[2], SIZE + BEYOND);
	CHECK((got == -1 && errno == EFAULT) || (got >= SIZE && got < SIZE + SIZE / 4));
	for (unsigned int i = 0; i < 5; i++) {
		CHECK(i == 2 || filled(block[i], SIZE, i));
		free(block[i]);
	}
	free(opaque(malloc(SIZE)));
	return 0;
}
