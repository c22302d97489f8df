/*
 * interpose.h - what the files of interpose/ tell each other. Nothing here is
 * visible outside libkmemu.so.
 */
#pragma once

#include "core/os/compiler.h"

/*
 * Before the definition of libc's function `name`: it becomes our_name, which the
 * entry `name` goes on to (calls.c).
 */
#define OURS(name) __typeof__(name) name __asm__("our_" #name)
/* For NATIVE rows, which have no entry in plain C. */
#ifdef KMEMU_ARCH_GENERIC
#define OURS_NATIVE(name) KMEMU_EXPORT __typeof__(name) name
#else
#define OURS_NATIVE(name) OURS(name)
#endif

/* --- start.c --- */

/*
 * What must come before the program's own doings: fork handlers, the heap's
 * start. Cheap and idempotent; malloc's first call may call it, the constructor
 * does. Neither allocates nor touches errno.
 */
void interpose_early(void);

/* --- aside.c: a program that has kmemu inside --- */

/* Starts it anew without us. Comes back if that cannot be. */
void step_aside(char **argv, char **envp);
/* Says so; when the run has begun. */
void aside_tell(void);

/* --- foreign.c: pointers that are not ours --- */

enum foreign_kind {
	FOREIGN_UNKNOWN, /* nothing proves that it is anybody's heap */
	FOREIGN_GLIBC_MAIN, /* proven: glibc's main heap (brk) */
	FOREIGN_GLIBC_ARENA, /* proven: another arena of our glibc */
	FOREIGN_GLIBC_MMAP, /* proven: a block with a mapping of its own */
	FOREIGN_OTHER_LIBC, /* glibc's, but maybe of another namespace */
};

enum foreign_kind foreign_classify(const void *p);
/* True: p was proven glibc's or jemalloc's, which has freed it. */
bool foreign_free(void *p);
/* True: p is proven glibc's or jemalloc's, and *n the bytes usable at p. */
bool foreign_usable_size(void *p, size_t *n);
/* Finds glibc's functions and the start of the heap. */
void foreign_init(void);
/* Blocks of glibc's that foreign_free() passed on. */
unsigned long foreign_passed(void);

/* --- jemalloc.c: one that the program brings --- */

struct os_object;
/* The object is it: its calls of malloc's family are its own. */
bool jemalloc_is(const struct os_object *o);
/* NULL, or what it gives who calls is aligned operator new of it. */
void *jemalloc_aligned(size_t align, size_t size, const void *caller);
bool jemalloc_free(void *p);
bool jemalloc_usable_size(const void *p, size_t *n);

/* --- fork.c, calls.c, exit.c: looked up and hung in at start --- */

void fork_register(void);
void fork_resolve(void);
void calls_resolve(void);
void deepbind_resolve(void);
void clone_resolve(void);
void exit_register(void);
void dlclose_resolve(void);
void exec_resolve(void);
void seccomp_resolve(void);
void signal_resolve(void);
void jump_resolve(void);
void ucontext_resolve(void);
void malloc_text_init(void);
void spin_resolve(void);
void locks_resolve(void);
void thread_start(void);

/* --- malloc.c, what direct.c leads from and to --- */

/* These names' functions of this object, whoever serves the process. */
void *own_malloc(size_t size) __THROW __attribute_malloc__ __attribute_alloc_size__((1));
void *own_calloc(size_t n, size_t size) __THROW __attribute_malloc__
	__attribute_alloc_size__((1, 2));
void own_free(void *p) __THROW;
void *malloc_direct(size_t size);
void *calloc_direct(size_t n, size_t size);
void free_direct(void *p);
void *malloc_counted(size_t size);
void *calloc_counted(size_t n, size_t size);
void free_counted(void *p);

/* --- direct.c --- */

/* Armed: the calls of modules that are loaded now miss no more. Not in a handler. */
void direct_calls(void);
void direct_calls_late(void); /* the same in any context, at a moment's notice */
/* A call was a hit that came the longer way. Its libraries may have been loaded later. */
void direct_missed(void);

/* --- signal.c --- */

/* At exit, and before a filter: handlers installed past us make the verdict "unchecked". */
void signal_end(void);

/* --- start.c, called by fork.c: the child, when the heap's locks are free --- */

void interpose_fork_child(bool had_threads);

/* --- seccomp.c --- */

void seccomp_fork_child(bool had_threads);

/* --- exec.c, for system calls made by syscall() --- */

void exec_look_at(int dirfd, const char *path, char *const *envp);
void exec_look_at_fd(int fd, char *const *envp);

/* --- canary.c --- */

/* Does malloc of this process reach us? Says so in events and verdict if not. */
void canary_start(void);
/* At exit: counts an allocator that the program has beside malloc. */
void canary_end(void);

/* --- peers.c --- */

/* A sentence naming another allocator in this process, NULL: there is none. */
const char *foreign_allocator(void);
/* True: the malloc that this process uses is not ours at all. */
bool foreign_allocator_is_malloc(void);
