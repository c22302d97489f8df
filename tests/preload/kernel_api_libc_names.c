// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * A program that includes libc's headers behind the kernel's has libc's functions, those too
 * that the kernel's headers hide.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/time.h>

#include <endian.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
	struct timeval none = { 0, 0 };
	time_t now = time(NULL);
	char *p = malloc(10), *q = calloc(2, 3);

	p = realloc(p, 20);
	if (!p || !q || q[5])
		abort();
	free(p);
	free(q);
	srandom(1);
	srand(1);
	if (random() < 0 || rand() < 0 || div(7, 2).rem != 1 || system("true"))
		return 1;
	if (!index("ab", 'b') || !rindex("ab", 'a') || !ctime(&now) || clock() < 0)
		return 1;
	if (select(0, NULL, NULL, NULL, &none) || mkdir("/", 0700) == 0 || umask(022) > 0777)
		return 1;
	if (BYTE_ORDER != LITTLE_ENDIAN || BYTE_ORDER == BIG_ENDIAN)
		return 1;
	exit(0);
}
