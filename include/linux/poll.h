/* SPDX-License-Identifier: MIT */
/*
 * <linux/poll.h> of Linux 6.12: what a file's poll() calls and answers. A test waits by
 * kmemu_poll() of <kmemu/poll.h>. The names of events are libc's own.
 */
#ifndef _LINUX_POLL_H
#define _LINUX_POLL_H

#include <sys/epoll.h>

#ifndef EPOLLNVAL
#define EPOLLNVAL 0x00000020u
#endif

/* As <poll.h> has them. */
#define POLLIN 0x001
#define POLLPRI 0x002
#define POLLOUT 0x004
#define POLLERR 0x008
#define POLLHUP 0x010
#define POLLNVAL 0x020
#define POLLRDNORM 0x040
#define POLLRDBAND 0x080
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200
#define POLLMSG 0x400
#define POLLREMOVE 0x1000
#define POLLRDHUP 0x2000

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/poll.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#define DEFAULT_POLLMASK (EPOLLIN | EPOLLOUT | EPOLLRDNORM | EPOLLWRNORM)

typedef void (*poll_queue_proc)(struct file *file, wait_queue_head_t *q, poll_table *p);

static inline void poll_wait(struct file *file, wait_queue_head_t *q, poll_table *p)
{
	if (p && p->_qproc && q)
		p->_qproc(file, q, p);
}

/* Who asks will not sleep. */
static inline bool poll_does_not_wait(const poll_table *p)
{
	return !p || !p->_qproc;
}

static inline __poll_t poll_requested_events(const poll_table *p)
{
	return p ? p->_key : ~0u;
}

static inline void init_poll_funcptr(poll_table *pt, poll_queue_proc qproc)
{
	pt->_qproc = qproc;
	pt->_key = ~0u;
}

static inline bool file_can_poll(struct file *file)
{
	return file->f_op->poll != NULL;
}

static inline __poll_t vfs_poll(struct file *file, poll_table *pt)
{
	return file_can_poll(file) ? file->f_op->poll(file, pt) : DEFAULT_POLLMASK;
}

/* A number by its name: the events of poll(2) are those of epoll. */
static inline __u16 mangle_poll(__poll_t events)
{
	return (__u16)events;
}

static inline __poll_t demangle_poll(__u16 events)
{
	return events;
}

#endif /* __cplusplus */

#endif /* _LINUX_POLL_H */
