/* SPDX-License-Identifier: MIT */
/*
 * sigset_casts.h - functions of sets of signals where libc's type came before the kernel's:
 * a task's set is another type then. No guard: <signal.h> takes the names away for itself.
 */
#define sigemptyset(set) sigemptyset((sigset_t *)(void *)(set))
#define sigfillset(set) sigfillset((sigset_t *)(void *)(set))
#define sigaddset(set, sig) sigaddset((sigset_t *)(void *)(set), sig)
#define sigdelset(set, sig) sigdelset((sigset_t *)(void *)(set), sig)
#define sigismember(set, sig) sigismember((const sigset_t *)(const void *)(set), sig)
#define sigisemptyset(set) sigisemptyset((const sigset_t *)(const void *)(set))
