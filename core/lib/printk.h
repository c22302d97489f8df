/*
 * printk.h - the log: where all text of kmemu goes (kernel: printk.c, minus
 * the ring buffer). `log=stderr` (default) or a path, see config/options.def.
 */
#pragma once

#include <stdarg.h>

#include "core/lib/lock.h"
#include "core/os/compiler.h"

/*
 * Writes one text by one write(2); a newline is added where it lacks one.
 * At most 1023 bytes, 383 in a handler that interrupted printk itself. Any
 * context: no allocation, errno kept, fits on a stack of one page.
 */
void printk(const char *fmt, ...) __printf(1, 2);
void vprintk(const char *fmt, va_list ap) __printf(1, 0);

/*
 * Writes a text of any length, whole lines, by one write(2). The buffer is the
 * caller's. Any context, as printk().
 */
void printk_text(const char *s, size_t n);

/*
 * A piece of a line of the program's own printk: without newline it leaves the line
 * open, cont goes on with what is open. Everything else ends an open line first.
 */
void printk_record(const char *s, size_t n, bool cont);
bool printk_line_is_open(void);

/*
 * Before a filter on system calls: opens the log if it is a path, and leaves it
 * and the events' file open for programs that are run under the filter.
 */
void printk_prepare(void);

/* One line to the file of option json=, which is set; false: it was not written. */
bool events_write(const char *s, size_t n);

/*
 * Remembers what standard error is, before the program can change it. Called
 * by options_init(); the first printk() without it must have no rival.
 */
void printk_init(void);

/* Texts and events that reached no file (closed, redirected, failing): not "clean". */
unsigned long printk_dropped(void);

/* The program's name as the kernel knows it (comm); "unknown" without /proc. */
void log_program_name(char *name, size_t size);

/* For core/init/fork.c: rank LOCK_LOG. */
extern kmemu_lock_t log_lock;
