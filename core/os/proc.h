/*
 * proc.h - which processes and threads there are, and whose this one is. The conventions
 * are those of os.h; proc.c has the theory.
 */
#pragma once

#include "core/os/compiler.h"

/* Up to size - 1 bytes of a file, terminated; false: it cannot be had. */
bool os_proc_read(const char *path, char *buf, size_t size);
/* Each thread of this process; false: they cannot be listed. */
bool os_for_each_thread(void (*fn)(u32 tid, void *arg), void *arg);

bool os_process_exists(int pid); /* a zombie, too */
int os_pgid(void);
int os_sid(void);

#define OS_LIMITS 16 /* RLIM_NLIMITS */
/* Both ~0 where it cannot be had. */
void os_limit(unsigned int which, unsigned long *cur, unsigned long *max);

#define OS_GROUPS 64 /* that are looked at */

/* Of the calling thread; what cannot be had is 0. */
struct os_ids {
	u32 uid[3], gid[3]; /* real, effective, saved */
	u64 inheritable, permitted, effective; /* capabilities, a bit each */
	int nr_groups;
	u32 groups[OS_GROUPS];
};
void os_ids(struct os_ids *ids);
