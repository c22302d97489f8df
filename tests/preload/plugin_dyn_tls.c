/*
 * Class 17: a library with much dynamic TLS, so that ld.so allocates a thread's
 * block with malloc at the first touch, and with a thread variable that holds
 * the only pointer to a block.
 */
#include <stdlib.h>

static __thread char big[100000];
static __thread char *only;

int touch_tls(int mark)
{
	if (!only)
		only = malloc(100);
	if (!only || (big[0] && big[0] != mark) || (big[99999] && big[99999] != mark))
		return 0;
	big[0] = big[99999] = (char)mark;
	only[0] = (char)mark;
	return 1;
}

void end_tls(void)
{
	free(only);
	only = NULL;
}
