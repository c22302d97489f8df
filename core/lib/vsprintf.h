/*
 * vsprintf.h - formatted text without libc: the kernel's vsprintf.c in the
 * part of it that we use. Async-signal-safe, allocates nothing, needs no
 * locale, leaves errno alone, and uses less than 200 bytes of stack.
 */
#pragma once

#include <stdarg.h>

#include "core/os/compiler.h"

/*
 * Directives: %d %i %u %x %X %o %c %s %p %% with the flags - + space # 0, a
 * width and a precision (also *), and the lengths hh h l ll z j t.
 * %p, %px: the address as 16 hexadecimal digits without 0x. The kernel hashes
 * %p to hide its addresses from users; here they are the user's own.
 * %pE: a string (a const char *) with its control bytes as \ooo, so that the
 * name of a program or a file does not end a line. No width.
 * A directive that is not known is copied as it stands.
 */

/* Returns the length the whole text has; at most size - 1 of it is written. */
int kmemu_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap) __printf(3, 0);
/* Returns the length written, so that calls can be chained. */
int kmemu_vscnprintf(char *buf, size_t size, const char *fmt, va_list ap) __printf(3, 0);
int kmemu_scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
