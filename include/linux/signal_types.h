/* SPDX-License-Identifier: MIT */
/*
 * <linux/signal_types.h> of Linux 6.12: the names of signals and what is sent with one,
 * in libc's own words, so that <signal.h> may be included before or behind. SIGRTMIN is
 * libc's, too: the first that a program can have a handler for.
 *
 * struct kernel_siginfo is laid out as siginfo_t.
 */
#ifndef _LINUX_SIGNAL_TYPES_H
#define _LINUX_SIGNAL_TYPES_H

#include <linux/compiler.h>
#include <linux/types.h>

/* glibc's parts of <signal.h> that declare no function. */
#if defined(__has_include) && __has_include(<bits/signum-generic.h>)
#ifndef _SIGNAL_H
#define _SIGNAL_H
#define __KMEMU_SIGNAL_H
#endif
#include <bits/signum-generic.h>
#include <bits/siginfo-consts.h>
#include <bits/types/siginfo_t.h>
#ifdef __KMEMU_SIGNAL_H
#undef __KMEMU_SIGNAL_H
#undef _SIGNAL_H
#endif
#ifndef SIGRTMIN
__kmemu_c int __libc_current_sigrtmin(void) __THROW;
__kmemu_c int __libc_current_sigrtmax(void) __THROW;
#define SIGRTMIN        (__libc_current_sigrtmin ())
#define SIGRTMAX        (__libc_current_sigrtmax ())
#endif
typedef void (*__sighandler_t)(int);
#else
#include <signal.h>
#endif

typedef struct kernel_siginfo {
	int si_signo;
	int si_errno;
	int si_code;
	int __kmemu_pad;
	__typeof__(((siginfo_t *)0)->_sifields) _sifields;
} kernel_siginfo_t;

#endif /* _LINUX_SIGNAL_TYPES_H */
