/* SPDX-License-Identifier: MIT */
/* Class 7: opens plugin_other_heap.so, which lies beside the program. */
#ifndef KMEMU_TESTS_PRELOAD_CLASS07_H
#define KMEMU_TESTS_PRELOAD_CLASS07_H

#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include "check.h"

static void *(*plugin_malloc)(size_t);
static void *(*plugin_realloc)(void *, size_t);
static void (*plugin_free)(void *);
static int (*plugin_self)(void);

static inline void plugin_path(char *path, size_t room, const char *argv0)
{
	char copy[PATH_MAX];

	snprintf(copy, sizeof(copy), "%s", argv0);
	snprintf(path, room, "%s/plugin_other_heap.so", dirname(copy));
}

static inline void plugin_bind(void *handle)
{
	if (!handle)
		fprintf(stderr, "%s\n", dlerror());
	CHECK(handle);
	plugin_malloc = dlsym(handle, "plugin_malloc");
	plugin_realloc = dlsym(handle, "plugin_realloc");
	plugin_free = dlsym(handle, "plugin_free");
	plugin_self = dlsym(handle, "plugin_self");
	CHECK(plugin_malloc && plugin_realloc && plugin_free && plugin_self);
}

#endif
