// flags: -ldl -pthread
/*
 * Allocates, writes what kmemu_view() says of each view to DIR/VIEW.own, makes
 * DIR/ready and is at rest until its standard input ends. With `threads` four
 * threads go on allocating, with `fork` a child does the same first and stays;
 * with `abort` it dies. (Asks for kmemu.)
 *
 *	view_show DIR [threads|fork|abort]
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include "kmemu_api.h"

static const char *const views[] = { "slabinfo", "vmallocinfo", "buddyinfo", "pagetypeinfo",
				     "extfrag_index", "unusable_index",
				     "zoneinfo", "meminfo", "allocinfo" };
static ssize_t (*view)(const char *name, char *buf, size_t size);
static char text[1 << 20];
static void *blocks[4000];
static int stop;

static void put(const char *dir, const char *name, size_t bytes)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	CHECK(fd >= 0 && write(fd, text, bytes) == (ssize_t)bytes && !close(fd));
}

static void work(void)
{
	for (size_t i = 0; i < 4000; i++)
		CHECK((blocks[i] = malloc(1 + i * 97 % 5000 * (i % 50 ? 1 : 80))));
	for (size_t i = 0; i < 4000; i += 3)
		free(blocks[i]);
}

static void write_views(const char *dir)
{
	char name[64];

	for (size_t i = 0; i < sizeof(views) / sizeof(*views); i++) {
		ssize_t n = view(views[i], text, sizeof(text));

		CHECK(n >= 0 && n < (ssize_t)sizeof(text));
		snprintf(name, sizeof(name), "%s.own", views[i]);
		put(dir, name, (size_t)n);
	}
}

static void *allocate(void *arg)
{
	unsigned int seed = (unsigned int)(uintptr_t)arg;
	void *p[100] = { NULL };

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		unsigned int at = (seed = seed * 1103515245 + 12345) >> 16 & 63;

		free(p[at]);
		p[at] = malloc(seed % 8 ? seed % 3000 : seed % 400000);
	}
	for (int i = 0; i < 100; i++)
		free(p[i]);
	return NULL;
}

static void wait_for_end(void)
{
	char byte;

	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
}

static void with_threads(const char *dir)
{
	pthread_t t[4];

	for (long i = 0; i < 4; i++)
		CHECK(!pthread_create(&t[i], NULL, allocate, (void *)(i + 1)));
	put(dir, "ready", 0);
	wait_for_end();
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
}

static void child(const char *dir)
{
	int n = snprintf(text, sizeof(text), "%d\n", getpid());

	put(dir, "child", (size_t)n);
	write_views(dir);
	put(dir, "ready", 0);
	wait_for_end();
	exit(0);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";

	view = (ssize_t(*)(const char *, char *, size_t))dlsym(RTLD_DEFAULT, "kmemu_view");
	CHECK(view && argc > 1);
	work();
	if (!strcmp(what, "threads")) {
		with_threads(argv[1]);
		return 0;
	}
	if (!strcmp(what, "fork")) {
		pid_t pid = fork();

		if (!pid)
			child(argv[1]);
		CHECK(waitpid(pid, NULL, 0) == pid);
		return 0;
	}
	write_views(argv[1]);
	if (!strcmp(what, "abort"))
		abort();
	put(argv[1], "ready", 0);
	wait_for_end();
	return 0;
}
