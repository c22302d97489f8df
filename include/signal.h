/* SPDX-License-Identifier: MIT */
/* <signal.h> of libc, which has names that <linux/signal.h> has as macros. */
#if defined(__GNUC__)
#pragma GCC system_header
#endif
#if defined(_LINUX_SIGNAL_H) && !defined(__cplusplus)
#undef sigmask
#undef sigemptyset
#undef sigfillset
#undef sigaddset
#undef sigdelset
#undef sigismember
#undef sigisemptyset
#endif
#include_next <signal.h>

#if defined(_LINUX_SIGNAL_H) && !defined(__cplusplus)
#undef sigmask
#define sigmask(sig) (1UL << ((sig) - 1))
#ifndef KMEMU_SIGSET_IS_LIBCS
#include <kmemu/sigset_casts.h>
#endif
#endif
