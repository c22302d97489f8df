/* SPDX-License-Identifier: MIT */
/* <strings.h> of libc, with what <kmemu/libc_begin.h> hid of it. */
#if defined(__GNUC__)
#pragma GCC system_header
#endif
#include_next <strings.h>

#if !defined(__cplusplus) && !defined(KMEMU_LIBC_HIDDEN) && !defined(KMEMU_STRINGS_H)
#define KMEMU_STRINGS_H
extern char *index(const char *s, int c) __attribute__((__nothrow__, __pure__));
extern char *rindex(const char *s, int c) __attribute__((__nothrow__, __pure__));
#endif
