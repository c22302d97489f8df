/* SPDX-License-Identifier: MIT */
/*
 * <linux/rwsem.h> of Linux 6.12: many readers or one writer, who may sleep. Readers
 * do not wait for a writer that waits.
 */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <kmemu/locks.h>
#include <linux/cleanup.h>
#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define __RWSEM_INITIALIZER(name) { { { KMEMU_LOCK_SET_UP } } }
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)
#define init_rwsem(s)                             \
	do {                                      \
		__kmemu_lock_init(&(s)->sem, #s); \
		(s)->sem.word = KMEMU_LOCK_SET_UP;                \
	} while (0)

static __always_inline void __init_rwsem(struct rw_semaphore *s, const char *name,
					 struct lock_class_key *key)
{
	kmemu_lock_init_class(&s->sem, name, key);
	s->sem.word = KMEMU_LOCK_SET_UP;
}

static __always_inline int rwsem_is_locked(struct rw_semaphore *s)
{
	return (READ_ONCE(s->sem.word) & ~KMEMU_LOCK_SET_UP) != 0;
}

__kmemu_c void down_read(struct rw_semaphore *sem) __kmemu_is(kmemu_down_read);
__kmemu_c int __must_check down_read_interruptible(struct rw_semaphore *sem)
	__kmemu_is(kmemu_down_read_interruptible);
__kmemu_c int __must_check down_read_killable(struct rw_semaphore *sem)
	__kmemu_is(kmemu_down_read_killable);
__kmemu_c int down_read_trylock(struct rw_semaphore *sem) __kmemu_is(kmemu_down_read_trylock);
__kmemu_c void up_read(struct rw_semaphore *sem) __kmemu_is(kmemu_up_read);
__kmemu_c void down_write(struct rw_semaphore *sem) __kmemu_is(kmemu_down_write);
__kmemu_c int __must_check down_write_killable(struct rw_semaphore *sem)
	__kmemu_is(kmemu_down_write_killable);
__kmemu_c int down_write_trylock(struct rw_semaphore *sem) __kmemu_is(kmemu_down_write_trylock);
__kmemu_c void up_write(struct rw_semaphore *sem) __kmemu_is(kmemu_up_write);
__kmemu_c void downgrade_write(struct rw_semaphore *sem) __kmemu_is(kmemu_downgrade_write);

__kmemu_c void down_read_non_owner(struct rw_semaphore *sem)
	__kmemu_is(kmemu_down_read_non_owner);
__kmemu_c void up_read_non_owner(struct rw_semaphore *sem)
	__kmemu_is(kmemu_up_read_non_owner);

__kmemu_c void down_read_nested(struct rw_semaphore *sem, int subclass)
	__kmemu_is(kmemu_down_read_nested);
__kmemu_c int __must_check down_read_killable_nested(struct rw_semaphore *sem, int subclass)
	__kmemu_is(kmemu_down_read_killable_nested);
__kmemu_c void down_write_nested(struct rw_semaphore *sem, int subclass)
	__kmemu_is(kmemu_down_write_nested);
__kmemu_c int __must_check down_write_killable_nested(struct rw_semaphore *sem, int subclass)
	__kmemu_is(kmemu_down_write_killable_nested);
#define down_write_nest_lock(sem, nest_lock) \
	((void)(nest_lock), down_write_nested((sem), KMEMU_LOCK_NEST))

#ifndef __cplusplus
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD_COND(rwsem_read, _try, down_read_trylock(_T))
DEFINE_GUARD_COND(rwsem_read, _intr, down_read_interruptible(_T) == 0)
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
DEFINE_GUARD_COND(rwsem_write, _try, down_write_trylock(_T))
#endif

#ifndef __cplusplus

static inline int rwsem_is_contended(struct rw_semaphore *s)
{
	return (READ_ONCE(s->sem.word) & KMEMU_LOCK_WAITERS) != 0;
}

static __always_inline void rwsem_assert_held_nolockdep(const struct rw_semaphore *s)
{
	WARN_ON(!rwsem_is_locked((struct rw_semaphore *)s));
}

static __always_inline void rwsem_assert_held(const struct rw_semaphore *s)
{
	rwsem_assert_held_nolockdep(s);
}

static __always_inline void rwsem_assert_held_write(const struct rw_semaphore *s)
{
	lockdep_assert_held_write((struct rw_semaphore *)s);
}

static __always_inline void rwsem_assert_held_write_nolockdep(const struct rw_semaphore *s)
{
	rwsem_assert_held_write(s);
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/jump_label.h>
#endif

#endif /* _LINUX_RWSEM_H */
