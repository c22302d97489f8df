/* SPDX-License-Identifier: MIT */
/*
 * <linux/percpu-rwsem.h> of Linux 6.12: a rw_semaphore whose readers are cheap. Here it
 * is a rw_semaphore, with the contexts of the former: all may sleep.
 */
#ifndef _LINUX_PERCPU_RWSEM_H
#define _LINUX_PERCPU_RWSEM_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/cleanup.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/wait.h>

struct percpu_rw_semaphore {
	struct rw_semaphore rw_sem;
	unsigned int __percpu *read_count; /* NULL: it needs no memory of its own */
};

#define DEFINE_PERCPU_RWSEM(name) \
	struct percpu_rw_semaphore name = { __RWSEM_INITIALIZER(name.rw_sem), NULL }
#define DEFINE_STATIC_PERCPU_RWSEM(name) static DEFINE_PERCPU_RWSEM(name)

static __always_inline int __must_check __percpu_init_rwsem(struct percpu_rw_semaphore *sem,
							    const char *name,
							    struct lock_class_key *key)
{
	sem->read_count = alloc_percpu(unsigned int);
	if (!sem->read_count)
		return -ENOMEM;
	__init_rwsem(&sem->rw_sem, name, key);
	return 0;
}
/* A class at each place, as there. */
#define percpu_init_rwsem(sem)                           \
	({                                               \
		static struct lock_class_key __rwsem_key; \
		__percpu_init_rwsem((sem), #sem, &__rwsem_key); \
	})

static __always_inline void percpu_free_rwsem(struct percpu_rw_semaphore *sem)
{
	free_percpu(sem->read_count);
	sem->read_count = NULL;
}

static __always_inline void percpu_down_read(struct percpu_rw_semaphore *sem)
{
	down_read(&sem->rw_sem);
}

static __always_inline bool percpu_down_read_trylock(struct percpu_rw_semaphore *sem)
{
	return down_read_trylock(&sem->rw_sem);
}

static __always_inline void percpu_up_read(struct percpu_rw_semaphore *sem)
{
	up_read(&sem->rw_sem);
}

static __always_inline void percpu_down_write(struct percpu_rw_semaphore *sem)
{
	down_write(&sem->rw_sem);
}

static __always_inline void percpu_up_write(struct percpu_rw_semaphore *sem)
{
	up_write(&sem->rw_sem);
}

static inline bool percpu_is_read_locked(struct percpu_rw_semaphore *sem)
{
	return READ_ONCE(sem->rw_sem.sem.word) & (KMEMU_LOCK_SET_UP - 1);
}

static inline bool percpu_is_write_locked(struct percpu_rw_semaphore *sem)
{
	return READ_ONCE(sem->rw_sem.sem.word) & KMEMU_RWSEM_WRITER;
}

#define percpu_rwsem_assert_held(sem) lockdep_assert_held(&(sem)->rw_sem)
#define percpu_rwsem_is_held(sem) lockdep_is_held(&(sem)->rw_sem)

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/rcuwait.h>
#endif

#endif /* _LINUX_PERCPU_RWSEM_H */
