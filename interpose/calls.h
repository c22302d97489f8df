/*
 * calls.h - what the entries of calls that may sleep share: calls.c has the
 * theory, calls_x86_64.S and calls_generic.c are the entries.
 */
#pragma once

#include "core/check/calls.h"

/* What an entry goes on to, by enum call_id; NULL: not looked up yet. */
extern __hidden void *calls_real[NR_CALLS];

/*
 * Not the short way: tells what to jump to, with every argument in place. caller:
 * the return address. second: the second argument, a mutex in condition waits.
 */
__hidden void *call_enter(unsigned int id, const void *caller, const void *second);

/* The same where nothing is asked: the real function, or NULL. */
__hidden void *call_behind(enum call_id id);

/* buffers.c: what stands before `real` when a check of buffers is on, or real. */
__hidden void *buffers_lead(enum call_id id, void *real);

/* For wrappers: what a call answers that call_may_sleep() refused; errno is set. */
__hidden int call_refused(enum call_id id);

/*
 * Functions of interpose/ that are behind an entry (CALL_OURS): OURS(name) makes
 * each the symbol our_name.
 */
#define CALLS_OURS(X)   \
	X(_Fork)        \
	X(clone)        \
	X(execve)       \
	X(execv)        \
	X(execvp)       \
	X(execvpe)      \
	X(execveat)     \
	X(fexecve)      \
	X(posix_spawn)  \
	X(posix_spawnp) \
	X(system)       \
	X(popen)        \
	X(prctl)        \
	X(dlopen)       \
	X(dlclose)

/* Those of NATIVE rows. */
#ifdef KMEMU_ARCH_GENERIC
#define CALLS_OURS_NATIVE(X)
#else
#define CALLS_OURS_NATIVE(X) X(vfork) X(syscall) X(execl) X(execle) X(execlp)
#endif
