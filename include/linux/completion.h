/* SPDX-License-Identifier: MIT */
/* <linux/completion.h> of Linux 6.12. */
#ifndef __LINUX_COMPLETION_H
#define __LINUX_COMPLETION_H

#include <kmemu/locks.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct completion {
	union {
		struct kmemu_completion x;
		unsigned int done;
	};
};

#define COMPLETION_INITIALIZER(work) { { KMEMU_COMPLETION_INIT } }
#define COMPLETION_INITIALIZER_ONSTACK(work) COMPLETION_INITIALIZER(work)
#define COMPLETION_INITIALIZER_ONSTACK_MAP(work, map) COMPLETION_INITIALIZER_ONSTACK(work)
#define DECLARE_COMPLETION(work) struct completion work = COMPLETION_INITIALIZER(work)
#define DECLARE_COMPLETION_ONSTACK(work) DECLARE_COMPLETION(work)
#define DECLARE_COMPLETION_ONSTACK_MAP(work, map) DECLARE_COMPLETION(work)
#define init_completion_map(x, m) init_completion(x)

static __always_inline void init_completion(struct completion *c)
{
	c->x.done = 0;
	c->x.set_up = KMEMU_LOCK_SET_UP;
}

static __always_inline void reinit_completion(struct completion *c)
{
	__atomic_store_n(&c->x.done, 0, __ATOMIC_RELAXED);
}

__kmemu_c void complete(struct completion *x) __kmemu_is(kmemu_complete);
__kmemu_c void complete_all(struct completion *x) __kmemu_is(kmemu_complete_all);
__kmemu_c void wait_for_completion(struct completion *x) __kmemu_is(kmemu_wait_for_completion);
__kmemu_c void wait_for_completion_io(struct completion *x) __kmemu_is(kmemu_wait_for_completion);
__kmemu_c int wait_for_completion_interruptible(struct completion *x)
	__kmemu_is(kmemu_wait_for_completion_interruptible);
__kmemu_c int wait_for_completion_killable(struct completion *x)
	__kmemu_is(kmemu_wait_for_completion_killable);
__kmemu_c unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout)
	__kmemu_is(kmemu_wait_for_completion_timeout);
__kmemu_c long wait_for_completion_interruptible_timeout(struct completion *x,
							  unsigned long timeout)
	__kmemu_is(kmemu_wait_for_completion_interruptible_timeout);
__kmemu_c long wait_for_completion_killable_timeout(struct completion *x, unsigned long timeout)
	__kmemu_is(kmemu_wait_for_completion_killable_timeout);

static __always_inline bool try_wait_for_completion(struct completion *c)
{
	return kmemu_try_wait_for_completion(&c->x);
}

static __always_inline bool completion_done(struct completion *c)
{
	return kmemu_completion_done(&c->x);
}

#ifndef __cplusplus

static __always_inline unsigned long wait_for_completion_io_timeout(struct completion *x,
								    unsigned long timeout)
{
	return wait_for_completion_timeout(x, timeout);
}

static __always_inline void complete_on_current_cpu(struct completion *x)
{
	complete(x);
}

static __always_inline int wait_for_completion_state(struct completion *x, unsigned int state)
{
	if (state & TASK_INTERRUPTIBLE)
		return wait_for_completion_interruptible(x);
	if (state & TASK_WAKEKILL)
		return wait_for_completion_killable(x);
	wait_for_completion(x);
	return 0;
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/swait.h>
#endif

#endif /* __LINUX_COMPLETION_H */
