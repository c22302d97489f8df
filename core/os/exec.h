/*
 * exec.h - what can be asked of a program's file before it is run. Beside
 * os.h, for core/report/run.c, interpose/target.c and aside.c only.
 *
 * As in os.h: 0 or a count or -errno, errno untouched, no lock, no allocation,
 * any context (a vfork child and a signal handler among them).
 */
#pragma once

#include "core/os/os.h"

struct os_exec_file {
	u32 mode, uid, gid; /* of struct stat */
	bool has_capabilities; /* security.capability is set on it */
};

int os_ppid(void);
/* Ends buf with a NUL; the length, cut at size - 1, or -errno. */
ssize_t os_readlink(const char *path, char *buf, size_t size);
/* For reading, never waiting for a FIFO. dirfd as in openat(2); the fd or -errno. */
int os_exec_open(int dirfd, const char *path);
int os_exec_stat(int fd, struct os_exec_file *file);
ssize_t os_pread(int fd, void *buf, size_t n, u64 offset);
/* access(2) with X_OK, by the real ids as libc's search of PATH. */
bool os_may_execute(const char *path);
/*
 * True: run by this process, the file makes a secure-execution process (of
 * other ids or with capabilities), for which the loader ignores a preload.
 */
bool os_exec_is_secure(const struct os_exec_file *file);
/*
 * The program that runs, anew: its file, argv and envp. -errno; -ENOENT also when it was
 * given to the loader by hand, which then is the file.
 */
int os_exec_self(char *const *argv, char *const *envp);
/* e_machine of this object. */
u16 os_elf_machine(void);
