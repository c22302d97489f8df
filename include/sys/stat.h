/* SPDX-License-Identifier: MIT */
/* <sys/stat.h> of libc, with what <kmemu/libc_begin.h> hid of it. */
#if defined(__GNUC__)
#pragma GCC system_header
#endif
#include_next <sys/stat.h>

#if !defined(__cplusplus) && !defined(KMEMU_LIBC_HIDDEN) && !defined(KMEMU_SYS_STAT_H)
#define KMEMU_SYS_STAT_H
extern int chmod(const char *path, __mode_t mode) __attribute__((__nothrow__));
extern int mkdir(const char *path, __mode_t mode) __attribute__((__nothrow__));
extern int mknod(const char *path, __mode_t mode, __dev_t dev) __attribute__((__nothrow__));
extern __mode_t umask(__mode_t mask) __attribute__((__nothrow__));
#endif
