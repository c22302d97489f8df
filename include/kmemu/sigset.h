/* SPDX-License-Identifier: MIT */
/*
 * sigset.h - sets of signals (kernel: include/uapi/asm-generic/signal.h sigset_t). libc has a
 * type of that name, too, which cannot be named again: in C, where no header of libc's has
 * defined it yet, it is this one, of the same size, with the kernel's member beside libc's.
 * So a set is both sides'. Signals are the first word's.
 */
#ifndef KMEMU_SIGSET_H
#define KMEMU_SIGSET_H

#define KMEMU_SIGSET_WORDS (1024 / (8 * sizeof(unsigned long)))

struct kmemu_sigset {
	__extension__ union {
		unsigned long sig[1];
		unsigned long __val[KMEMU_SIGSET_WORDS];
	};
};

/* As glibc's <bits/types/__sigset_t.h> says that it is there. */
#if !defined(__cplusplus) && !defined(____sigset_t_defined) && defined(__has_include)
#if __has_include(<bits/types/__sigset_t.h>)
#define ____sigset_t_defined
#define _SIGSET_NWORDS KMEMU_SIGSET_WORDS
typedef struct kmemu_sigset __sigset_t;
#define KMEMU_SIGSET_IS_LIBCS
#endif
#endif

#endif /* KMEMU_SIGSET_H */
