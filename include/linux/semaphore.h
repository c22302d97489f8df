/* SPDX-License-Identifier: MIT */
/* <linux/semaphore.h> of Linux 6.12. The system's <semaphore.h> is another one. */
#ifndef __LINUX_SEMAPHORE_H
#define __LINUX_SEMAPHORE_H

#include <kmemu/locks.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>

struct semaphore {
	union {
		struct kmemu_semaphore sem;
		unsigned int count;
	};
};

#define __SEMAPHORE_INITIALIZER(name, n) { { { (n), KMEMU_LOCK_SET_UP } } }
#define DEFINE_SEMAPHORE(name, n) struct semaphore name = __SEMAPHORE_INITIALIZER(name, n)

static __always_inline void sema_init(struct semaphore *s, int val)
{
	s->sem.count = (unsigned int)val;
	s->sem.set_up = KMEMU_LOCK_SET_UP;
}

__kmemu_c void down(struct semaphore *sem) __kmemu_is(kmemu_down);
__kmemu_c int __must_check down_interruptible(struct semaphore *sem)
	__kmemu_is(kmemu_down_interruptible);
__kmemu_c int __must_check down_killable(struct semaphore *sem) __kmemu_is(kmemu_down_killable);
__kmemu_c int __must_check down_trylock(struct semaphore *sem) __kmemu_is(kmemu_down_trylock);
__kmemu_c int __must_check down_timeout(struct semaphore *sem, long timeout)
	__kmemu_is(kmemu_down_timeout);
__kmemu_c void up(struct semaphore *sem) __kmemu_is(kmemu_up);

#endif /* __LINUX_SEMAPHORE_H */
