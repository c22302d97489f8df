/*
 * filter.h - what a filter on system calls (seccomp) will do to us; asked
 * before it is put on. filter.c has the theory.
 */
#pragma once

#include "core/os/os.h"

/*
 * Adds a filter to what is known: prog is a struct sock_fprog of the program's,
 * or NULL for the mode that allows read, write, exit and rt_sigreturn. False:
 * it cannot be read, so the kernel will refuse it as well.
 */
bool os_filter_add(const void *prog);
/* The process, or the thread, would be killed for this call, with arguments of 0. */
bool os_filter_kills(long nr);
/* What was added is put on next: from now on os_call() does no call that it kills for. */
void os_filter_begin(void);
/* os_call() asks this then, with the arguments. False for calls that end the process. */
extern __hidden bool os_filters;
bool os_filter_stops(long nr, const long arg[6]);
