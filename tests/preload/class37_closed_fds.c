// flags: -fno-builtin -Wno-free-nonheap-object
/*
 * Class 37: a daemon closes 0..1023, opens its own files on the low numbers,
 * and only then makes the mistakes that are reported (and the summary comes
 * at its end). No byte of that may land in its files.
 * Argument: a directory for the files.
 */
#include <fcntl.h>
#include "check.h"

int main(int argc, char **argv)
{
	char path[4096], *p = malloc(100), *q = opaque(p);

	if (argc < 2)
		return 2;
	if (argc > 2 && !strcmp(argv[2], "first"))
		free(opaque(&path));
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
	for (int i = 0; i < 40; i++) {
		snprintf(path, sizeof(path), "%s/own%d", argv[1], i);
		if (open(path, O_RDWR | O_CREAT | O_TRUNC, 0644) != i)
			return 3;
	}
	free(p);
	free(opaque(q));
	free(opaque(&path));
	free(opaque(q));
	return 0;
}
