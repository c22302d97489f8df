/* SPDX-License-Identifier: MIT */
/*
 * For tests of what is written to the log: HEAP_TEST(name, LOGGED " other=options").
 * Standard error would not do: what it is, is remembered at the first output.
 */
#pragma once

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define LOGGED "log=/tmp/kmemu-unit-log-%p"

static char logged_text[1 << 16];

/* What the process wrote since the last look at it; the file is gone then. */
static inline const char *logged_by(int pid)
{
	char path[64];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/tmp/kmemu-unit-log-%d", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, logged_text, sizeof(logged_text) - 1);
		if (pid != getpid() || ftruncate(fd, 0))
			unlink(path);
		close(fd);
	}
	logged_text[n > 0 ? n : 0] = '\0';
	return logged_text;
}

static inline const char *logged(void)
{
	return logged_by(getpid());
}

static inline void logged_end(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/kmemu-unit-log-%d", getpid());
	unlink(path);
}
