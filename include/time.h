/* SPDX-License-Identifier: MIT */
/* <time.h> of libc, with what <kmemu/libc_begin.h> hid of it. */
#if defined(__GNUC__)
#pragma GCC system_header
#endif
#include_next <time.h>

#if !defined(__cplusplus) && !defined(KMEMU_LIBC_HIDDEN) && !defined(KMEMU_TIME_H)
#define KMEMU_TIME_H
extern clock_t clock(void) __attribute__((__nothrow__));
extern char *ctime(const time_t *t) __attribute__((__nothrow__));
extern int daylight;
extern time_t time(time_t *t) __attribute__((__nothrow__));
extern char *tzname[2];
#endif
