/*
 * Tells how large the process is, in KiB of resident memory, and with an argument
 * what it has mapped, or waits; it asks for no block. See start_size.sh.
 */
#include <fcntl.h>
#include "check.h"

static char text[1 << 16];

static void read_file(const char *path)
{
	int fd = open(path, O_RDONLY);
	ssize_t n, have = 0;

	CHECK(fd >= 0);
	while ((n = read(fd, text + have, sizeof(text) - 1 - (size_t)have)) > 0)
		have += n;
	close(fd);
}

int main(int argc, char **argv)
{
	char *rss, *end;

	if (argc > 1 && !strcmp(argv[1], "wait")) {
		CHECK(write(STDOUT_FILENO, "\n", 1) == 1);
		return pause();
	}
	if (argc > 1) {
		read_file("/proc/self/maps");
		return write(STDOUT_FILENO, text, strlen(text)) < 0;
	}
	read_file("/proc/self/smaps_rollup");
	rss = strstr(text, "Rss:");
	CHECK(rss);
	rss += 4;
	while (*rss == ' ')
		rss++;
	end = strchr(rss, ' ');
	CHECK(end);
	*end = '\n';
	return write(STDOUT_FILENO, rss, (size_t)(end - rss + 1)) < 0;
}
