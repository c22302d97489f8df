/* SPDX-License-Identifier: MIT */
/*
 * libaio that comes late: buffers_late WAY PATH SIZE reads with one request into
 * memory of SIZE. WAY: plugin OBJECT, a library that is linked to libaio is opened and
 * asked for its function; again OBJECT, the same after it was closed once;
 * symbol, libaio is opened itself and its functions are asked of dlsym; version, of dlvsym;
 * next, of dlsym as those that come behind the program; next_version, both. Compiled
 * with PLUGIN it is that library.
 * For buffers_async.sh.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <libaio.h>
#include <stdbool.h>

#include "../check.h"

#ifdef PLUGIN
#define SETUP  io_setup
#define SUBMIT io_submit
#define EVENTS io_getevents
#else
static __typeof__(io_setup) *setup;
static __typeof__(io_submit) *submit;
static __typeof__(io_getevents) *events;
#define SETUP  setup
#define SUBMIT submit
#define EVENTS events
#endif

int read_one(const char *path, size_t size);

int read_one(const char *path, size_t size)
{
	struct iocb cb, *list[1] = { &cb };
	io_context_t ctx = NULL;
	struct io_event event;
	void *p;
	int fd = open(path, O_RDONLY | O_DIRECT);

#ifdef PLUGIN
	CHECK(dlsym(RTLD_DEFAULT, "read_one") == (void *)read_one); /* the caller is told apart */
#endif
	if (fd < 0 || SETUP(1, &ctx) < 0)
		return 77;
	CHECK(posix_memalign(&p, 4096, size) == 0);
	io_prep_pread(&cb, fd, p, 4096, 0);
	CHECK(SUBMIT(ctx, 1, list) == 1);
	CHECK(EVENTS(ctx, 1, 1, &event, NULL) == 1);
	free(p);
	return 0;
}

#ifndef PLUGIN
static int by_plugin(const char *object, const char *path, size_t size, bool again)
{
	__typeof__(read_one) *fn;
	void *h = dlopen(object, RTLD_NOW);

	CHECK(h != NULL);
	if (again) {
		CHECK(dlsym(h, "read_one") != NULL);
		CHECK(dlclose(h) == 0);
		h = dlopen(object, RTLD_LAZY);
		CHECK(h != NULL);
	}
	fn = (__typeof__(read_one) *)dlsym(h, "read_one");
	CHECK(fn != NULL);
	return fn(path, size);
}

static void *ask(void *h, const char *how, const char *name, const char *version)
{
	void *from = strncmp(how, "next", 4) ? h : RTLD_NEXT;

	return strstr(how, "version") ? dlvsym(from, name, version) : dlsym(from, name);
}

int main(int argc, char **argv)
{
	void *h;

	CHECK(argc > 3);
	if (argc > 4) {
		CHECK(by_plugin(argv[4], argv[2], strtoul(argv[3], NULL, 0),
				!strcmp(argv[1], "again")) == 0);
	} else {
		h = dlopen("libaio.so.1", RTLD_LAZY | RTLD_GLOBAL);
		if (!h)
			return 77;
		setup = (__typeof__(setup))ask(h, argv[1], "io_setup", "LIBAIO_0.4");
		submit = (__typeof__(submit))ask(h, argv[1], "io_submit", "LIBAIO_0.1");
		events = (__typeof__(events))ask(h, argv[1], "io_getevents", "LIBAIO_0.4");
		CHECK(setup && submit && events && !dlerror());
		CHECK(!ask(h, argv[1], "io_nothing", "LIBAIO_0.1") && dlerror());
		CHECK(!dlvsym(h, "io_submit", "LIBAIO_0.9") && dlerror());
		if (read_one(argv[2], strtoul(argv[3], NULL, 0)))
			return 77;
	}
	puts("done");
	return 0;
}
#endif
