/* SPDX-License-Identifier: MIT */
/*
 * Call sites whose advice is known: each function is one row of
 * tests/golden/advise.txt. With an argument it ends by it: `kill`, `_exit`, `exec`.
 */
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SITE __attribute__((noinline, noclone)) static

static void *volatile kept[1000];

SITE void fixed_size(void)
{
	for (int i = 0; i < 1000; i++)
		kept[i] = malloc(520);
	for (int i = 0; i < 1000; i++)
		free(kept[i]);
}

SITE void ordinary(size_t n)
{
	void *volatile p = malloc(n);

	free(p);
}

SITE void zeroed(void)
{
	void *volatile p = calloc(1, 40);

	free(p);
}

SITE void array(void)
{
	void *volatile p = calloc(8, 40);

	free(p);
}

SITE void copied(void)
{
	char *volatile p = strdup("a string");

	free(p);
}

SITE void moved(size_t n)
{
	kept[0] = realloc(kept[0], n);
}

SITE void straddling(size_t n)
{
	void *volatile p = malloc(n);

	free(p);
}

SITE void always_above(void)
{
	void *volatile p = malloc(1 << 20);

	free(p);
}

SITE void posix_aligned(void)
{
	void *p;

	if (posix_memalign(&p, 64, 256) == 0)
		free(p);
}

SITE void paged(void)
{
	void *volatile p = memalign(4096, 8192);

	free(p);
}

SITE void aligned(void)
{
	void *volatile p = aligned_alloc(64, 192);

	free(p);
}

SITE void in_handler(int signo)
{
	(void)signo;
	kept[1] = malloc(24);
}

SITE void great_in_handler(int signo)
{
	(void)signo;
	kept[2] = malloc(200000);
}

SITE void page_in_handler(int signo)
{
	(void)signo;
	kept[3] = malloc(5000);
}

SITE void *anywhere(size_t n)
{
	void *volatile p = malloc(n);

	return p;
}

SITE void string_in_handler(int signo)
{
	(void)signo;
	kept[4] = anywhere(64);
	kept[5] = strdup("in a handler");
}

SITE void fresh_array(size_t n)
{
	void *volatile p = reallocarray(NULL, n, 40);

	free(p);
}

SITE void grown_array(size_t n)
{
	kept[0] = reallocarray(kept[0], n, 40);
}

SITE void grown_from_none(size_t n)
{
	void *volatile none = NULL, *volatile p = realloc(none, n);

	free(p);
}

static void handlers(void)
{
	signal(SIGALRM, in_handler);
	raise(SIGALRM);
	raise(SIGALRM);
	signal(SIGALRM, page_in_handler);
	raise(SIGALRM);
	signal(SIGUSR1, great_in_handler);
	raise(SIGUSR1);
	signal(SIGUSR2, string_in_handler);
	raise(SIGUSR2);
	free(anywhere(32));
}

static void end(const char *how)
{
	if (!strcmp(how, "kill"))
		raise(SIGKILL);
	if (!strcmp(how, "_exit"))
		_exit(7);
	execl("/bin/true", "true", NULL);
}

int main(int argc, char **argv)
{
	fixed_size();
	ordinary(1);
	ordinary(32768);
	zeroed();
	array();
	copied();
	kept[0] = NULL;
	for (size_t n = 100; n <= 1000; n += 100)
		moved(n);
	free(kept[0]);
	kept[0] = NULL;
	fresh_array(8);
	grown_array(2);
	grown_array(20);
	free(kept[0]);
	grown_from_none(100);
	straddling(100);
	straddling(131073);
	always_above();
	aligned();
	posix_aligned();
	paged();
	handlers();
	if (argc > 1)
		end(argv[1]);
	return 3;
}
