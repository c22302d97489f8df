/* SPDX-License-Identifier: MIT */
/* <stdlib.h> of libc, with what <kmemu/libc_begin.h> hid of it. */
#if defined(__GNUC__)
#pragma GCC system_header
#endif
#include_next <stdlib.h>

#if !defined(__cplusplus) && !defined(KMEMU_LIBC_HIDDEN) && !defined(KMEMU_STDLIB_H)
#define KMEMU_STDLIB_H
extern void abort(void) __attribute__((__nothrow__, __noreturn__));
extern void *calloc(size_t n, size_t size) __attribute__((__nothrow__, __malloc__));
extern div_t div(int numer, int denom) __attribute__((__nothrow__, __const__));
extern void exit(int status) __attribute__((__nothrow__, __noreturn__));
extern void free(void *p) __attribute__((__nothrow__));
extern void *malloc(size_t size) __attribute__((__nothrow__, __malloc__));
extern int rand(void) __attribute__((__nothrow__));
extern long random(void) __attribute__((__nothrow__));
extern void *realloc(void *p, size_t size) __attribute__((__nothrow__));
extern void srand(unsigned int seed) __attribute__((__nothrow__));
extern void srandom(unsigned int seed) __attribute__((__nothrow__));
extern int system(const char *command);
#endif
