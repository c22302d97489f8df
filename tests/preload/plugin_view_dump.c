/* flags: -ldl */
/*
 * For programs that know nothing of kmemu: on SIGURG the handler writes what
 * kmemu_view("slabinfo") and ("vmallocinfo") say to $VIEW_DUMP/VIEW.own, under
 * another name first.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ssize_t (*view)(const char *name, char *buf, size_t size);
static char text[1 << 20], path[2][2][512];
static const char *const views[2] = { "slabinfo", "vmallocinfo" };

static void dump(int sig)
{
	int saved = errno;

	(void)sig;
	for (int i = 0; i < 2; i++) {
		ssize_t n = view(views[i], text, sizeof(text));
		int fd = open(path[i][0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

		if (n >= 0 && fd >= 0 && write(fd, text, (size_t)n) == n)
			rename(path[i][0], path[i][1]);
		close(fd);
	}
	errno = saved;
}

__attribute__((constructor)) static void start(void)
{
	struct sigaction sa = { .sa_handler = dump, .sa_flags = SA_RESTART };
	const char *dir = getenv("VIEW_DUMP");

	view = (ssize_t(*)(const char *, char *, size_t))dlsym(RTLD_DEFAULT, "kmemu_view");
	if (!view || !dir)
		return;
	for (int i = 0; i < 2; i++) {
		snprintf(path[i][0], sizeof(path[i][0]), "%s/%s.new", dir, views[i]);
		snprintf(path[i][1], sizeof(path[i][1]), "%s/%s.own", dir, views[i]);
	}
	sigaction(SIGURG, &sa, NULL);
}
