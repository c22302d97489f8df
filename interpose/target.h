/*
 * target.h - will kmemu reach the program that is about to be run? target.c
 * has the theory; exec.c asks.
 */
#pragma once

#include "core/os/compiler.h"

#define TARGET_PATH_BYTES 1024

/* Why it will not; constants. */
struct target_reason {
	const char *slug, *detail, *remedy;
};

/*
 * NULL: it will be reached, or nothing is known against it (no such file, one
 * that cannot be read: the program's own exec tells). dirfd and path as in
 * openat(2). shell: /bin/sh runs what is neither a program nor names one, as
 * in execvp. Any context; no allocation; less than 2 KiB of stack.
 */
const struct target_reason *target_judge(int dirfd, const char *path, char *const *envp,
					 bool shell);
/*
 * The file that execvp would run, into buf; name itself when it has a slash.
 * NULL: none that is to be found.
 */
const char *target_search(const char *name, char *buf, size_t size);
/* What the environment has of us at start; in no handler. */
void target_resolve(void);
/* The word of LD_PRELOAD is this object; after target_resolve(). */
bool target_is_us(const char *word, size_t n);
