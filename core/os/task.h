/*
 * task.h - what a report says about the thread that it is made in (kernel:
 * current). Beside os.h, for core/report and the log.
 *
 * As in os.h: errno untouched, no lock, no allocation, any context.
 */
#pragma once

#include "core/os/compiler.h"

#define TASK_COMM_LEN 16

/* The calling thread's name; when it can't be had the last that was, or "". */
void os_task_comm(char comm[TASK_COMM_LEN]);
unsigned int os_task_cpu(void);
unsigned int os_task_uid(void); /* effective */

/* How the calling thread is scheduled: "other", "fifo", "rr", "deadline", "batch", "idle". */
const char *os_sched_class(void);
/* The calling thread's blocked signals, 1 << (signo - 1) each; none when that can't be had. */
u64 os_signals_blocked(void);
/* It has a handler now; true where that can't be had. */
bool os_signal_is_handled(int signo);
/* All signals that can be blocked are, in this thread (libc's own 32 and 33 aside). */
bool os_signals_all_blocked(void);

/*
 * To a thread of this process, tid 0: to the process. info: a siginfo_t that the handler
 * gets, NULL: as of kill(2). 0 or -errno. force: to the caller, also where it is blocked or
 * ignored: then by default.
 */
int os_signal(u32 tid, int sig, const void *info);
void os_force_signal(int sig);

/* The file that a path leads to, links at its end not followed. */
bool os_path_id(const char *path, u64 *dev, u64 *ino);
/* fd stays open in the programs that this process becomes. */
void os_fd_inherit(int fd);

/* Waits until fd takes something; false: not within ms, or it can't be asked. */
bool os_wait_writable(int fd, int ms);

/* Takes the last byte of the regular file fd away, where a filter does not kill for it. */
void os_file_cut(int fd);

/* Writes to fd may be cut up and mixed with others' (a pipe, a socket, a terminal). */
bool os_is_stream(int fd);
