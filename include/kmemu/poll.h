/* SPDX-License-Identifier: MIT */
/*
 * poll.h - waiting for a file (kernel: include/linux/poll.h, fs/select.c), for
 * include/linux/poll.h, and how a test waits as poll(2) does.
 */
#ifndef KMEMU_POLL_H
#define KMEMU_POLL_H

#include "fs.h"

#ifdef __cplusplus
extern "C" {
#endif

struct wait_queue_head;

/* What a file's poll() gives poll_wait(); _qproc NULL: nobody waits. */
typedef struct poll_table_struct {
	void (*_qproc)(struct file *file, struct wait_queue_head *q, struct poll_table_struct *p);
	unsigned int _key; /* events that are waited for */
} poll_table;

/*
 * Sleeps until file has one of the events (POLLIN ...), or an error or hangup: which; 0:
 * timeout jiffies are over, 0 of which look only. -ENOMEM. A file without poll() can be
 * read and written. Who wakes the queue with a key of other events does not wake it.
 */
int kmemu_poll(struct file *file, unsigned int events, long timeout);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_POLL_H */
