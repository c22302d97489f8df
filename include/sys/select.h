/* SPDX-License-Identifier: MIT */
/* <sys/select.h> of libc, with what <kmemu/libc_begin.h> hid of it. */
#if defined(__GNUC__)
#pragma GCC system_header
#endif
#include_next <sys/select.h>

#if !defined(__cplusplus) && !defined(KMEMU_LIBC_HIDDEN) && !defined(KMEMU_SYS_SELECT_H)
#define KMEMU_SYS_SELECT_H
extern int select(int n, fd_set *__restrict in, fd_set *__restrict out, fd_set *__restrict except,
		  struct timeval *__restrict timeout);
#endif
