// flags: -pthread
/*
 * Class 19: all ways to end: exit, quick_exit, _exit, abort, a signal, exec,
 * exit in a thread, return with threads running. The status is the one
 * without us (class19_ways_out.sh), and a summary is printed once at most.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include "check.h"

static void in_atexit(void)
{
	free(opaque(malloc(5000)));
	printf("atexit function\n");
	fflush(stdout);
}

static void *exits(void *unused)
{
	free(opaque(malloc(100)));
	exit(5);
	return unused;
}

static void *loops(void *unused)
{
	for (;;)
		free(opaque(malloc(100)));
	return unused;
}

static void end_with_thread(void *(*function)(void *))
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, function, NULL) == 0);
	if (function == exits)
		pthread_join(thread, NULL);
}

int main(int argc, char **argv)
{
	const char *way = argc > 1 ? argv[1] : "return";

	atexit(in_atexit);
	at_quick_exit(in_atexit);
	free(opaque(malloc(300000)));
	if (!strcmp(way, "exit"))
		exit(3);
	if (!strcmp(way, "quick"))
		quick_exit(4);
	if (!strcmp(way, "_exit"))
		_exit(6);
	if (!strcmp(way, "abort"))
		abort();
	if (!strcmp(way, "kill"))
		raise(SIGKILL);
	if (!strcmp(way, "exec"))
		execl("/bin/echo", "echo", "text", (char *)NULL);
	if (!strcmp(way, "thread"))
		end_with_thread(exits);
	if (!strcmp(way, "running"))
		end_with_thread(loops);
	return 7;
}
