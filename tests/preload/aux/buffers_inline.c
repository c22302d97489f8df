/* SPDX-License-Identifier: MIT */
/*
 * A ring that is made by an instruction of the program's own, as liburing as a
 * static library makes it, and open when the program ends. For buffers_async.sh.
 */
#include "../check.h"

int main(void)
{
	char params[120] = { 0 };
	long fd;

	__asm__ volatile("syscall"
			 : "=a"(fd)
			 : "a"(425L), "D"(4L), "S"(params)
			 : "rcx", "r11", "memory");
	if (fd < 0)
		return 77;
	puts("done");
	return 0;
}
