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
