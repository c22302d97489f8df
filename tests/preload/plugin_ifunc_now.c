// flags: -fPIC -Wl,-z,now -Wl,-z,relro
/*
 * Bound at once, with a function whose resolver runs while the loader relocates: calls
 * behind it are bound to slots of the same page afterwards. See class03_ifunc_now.c.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void (*while_relocating)(void);

static int one(void)
{
	return 1;
}

static int (*resolve(void))(void)
{
	while_relocating();
	return one;
}

int chosen(void) __attribute__((ifunc("resolve")));

int use(void)
{
	char *p = malloc(100);
	int n = chosen();

	memset(p, n, 100);
	n += (int)strlen(p) > 0 ? getpid() > 0 : 0;
	free(p);
	return n;
}
