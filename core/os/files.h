/*
 * files.h - reading of files by raw calls, and what goes with it: memory that
 * is reserved before it is used, signals kept off meanwhile. The conventions
 * are those of os.h; files.c has the theory.
 */
#pragma once

#include <sys/types.h>

#include "core/os/compiler.h"

struct os_file {
	int fd;
	u64 bytes; /* its size when it was opened */
	u64 dev, ino;
};

/*
 * Opens a regular file for reading; never waits (a FIFO, a terminal). The
 * descriptor has a high number, so that a program which counts on 0 to 9, or
 * has closed 0 to 2, doesn't meet it. 0 or -errno, -EINVAL: no regular file.
 */
int os_file_open(struct os_file *f, const char *path);
void os_file_close(struct os_file *f);
/* Up to n bytes from offset, fewer only at the file's end; or -errno. */
ssize_t os_file_read(const struct os_file *f, void *buf, size_t n, u64 offset);
/* The length of the text, which is terminated and may be cut; or -errno. */
int os_file_link(const char *path, char *buf, size_t size);
int os_file_cwd(char *buf, size_t size);

/* Address space that reads as zero and costs no memory; NULL on failure. */
void *os_reserve_any(size_t bytes);
/* Whole pages of it become writable; what they hold stays. 0 or -errno. */
int os_commit(void *addr, size_t bytes);

/*
 * The first bytes of a file that exists and has them, shared with all who map it
 * and with fork children; NULL: it cannot be had. The file has its blocks
 * already: on a full disk a store into a hole is a SIGBUS.
 */
void *os_map_shared(const char *path, size_t bytes);

/* Blocks all signals of this thread and returns those that were blocked. */
u64 os_signals_block(void);
/* But for these, from now on: a fault whose signal is blocked ends the process at once. */
void os_signals_leave_open(u64 mask);
void os_signals_restore(u64 old);
/*
 * The bytes left of this thread's alternate stack, when it runs there and so is
 * in a signal handler; SIZE_MAX when it does not.
 */
size_t os_signal_stack_left(void);
/* Where that stack is, whether the thread runs there or not. False: it has none. */
bool os_signal_stack(unsigned long *lo, unsigned long *hi);

/*
 * Calls fn(arg) on a stack of size bytes, a multiple of 16, with bottom aligned to 16.
 * Nothing unwinds out of it. One call at a time.
 */
void os_call_on_stack(void *bottom, size_t size, void (*fn)(void *), void *arg);
