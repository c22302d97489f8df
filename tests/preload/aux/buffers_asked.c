/* SPDX-License-Identifier: MIT */
/*
 * Functions that are asked of the loader in other ways than dlsym(RTLD_DEFAULT):
 * buffers_asked WAY PATH SIZE. WAY: next and version are io_submit by RTLD_NEXT and by
 * dlvsym; libc and libc_version are read, of libc's own handle; copy is memcpy by RTLD_NEXT.
 * For buffers_async.sh.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <libaio.h>

#include "../check.h"

static void *aligned(size_t size)
{
	void *p;

	CHECK(posix_memalign(&p, 4096, size) == 0);
	memset(p, 0, size);
	return p;
}

static void submit(__typeof__(io_submit) *by, const char *path, size_t size)
{
	struct iocb cb, *list[1] = { &cb };
	io_context_t ctx = NULL;
	struct io_event event;
	int fd = open(path, O_RDONLY | O_DIRECT);

	CHECK(by != NULL && fd >= 0);
	if (io_setup(1, &ctx) < 0)
		exit(77);
	io_prep_pread(&cb, fd, aligned(size), 4096, 0);
	CHECK(by(ctx, 1, list) == 1);
	CHECK(io_getevents(ctx, 1, 1, &event, NULL) == 1);
}

static void take(void *by, const char *path, size_t size)
{
	int fd = open(path, O_RDONLY | O_DIRECT);

	CHECK(by != NULL && fd >= 0);
	CHECK(((__typeof__(read) *)by)(fd, aligned(size), 4096) == 4096);
}

static void copy(void *by, size_t size)
{
	char *p = malloc(64), from[200] = "";

	CHECK(by != NULL && size <= sizeof(from));
	((__typeof__(memcpy) *)by)(opaque(p), from, size);
}

int main(int argc, char **argv)
{
	void *libc = dlopen("libc.so.6", RTLD_NOW);
	size_t size;

	CHECK(argc == 4 && libc);
	size = strtoul(argv[3], NULL, 0);
	if (!strcmp(argv[1], "next"))
		submit((__typeof__(io_submit) *)dlsym(RTLD_NEXT, "io_submit"), argv[2], size);
	else if (!strcmp(argv[1], "version"))
		submit((__typeof__(io_submit) *)dlvsym(RTLD_DEFAULT, "io_submit", "LIBAIO_0.1"),
		       argv[2], size);
	else if (!strcmp(argv[1], "libc"))
		take(dlsym(libc, "read"), argv[2], size);
	else if (!strcmp(argv[1], "libc_version"))
		take(dlvsym(RTLD_NEXT, "read", "GLIBC_2.2.5"), argv[2], size);
	else
		copy(dlsym(RTLD_NEXT, "memcpy"), size);
	CHECK(!dlsym(RTLD_NEXT, "no such function"));
	CHECK(!dlvsym(RTLD_DEFAULT, "io_submit", "NO_VERSION"));
	puts("done");
	return 0;
}
