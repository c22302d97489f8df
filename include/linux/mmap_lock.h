/* SPDX-License-Identifier: MIT */
/* <linux/mmap_lock.h> of Linux 6.12: the lock of a program's mappings. */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/lockdep.h>
#include <linux/mm_types.h>
#include <linux/rwsem.h>

static __always_inline void mmap_init_lock(struct mm_struct *mm)
{
	init_rwsem(&mm->mmap_lock);
}

static __always_inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static __always_inline int mmap_read_lock_killable(struct mm_struct *mm)
{
	return down_read_killable(&mm->mmap_lock);
}

static __always_inline bool mmap_read_trylock(struct mm_struct *mm)
{
	return down_read_trylock(&mm->mmap_lock) != 0;
}

/* Behind the last one what was looked up is gone. */

static __always_inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
	kmemu_vmas_put();
}

static __always_inline void mmap_read_unlock_non_owner(struct mm_struct *mm)
{
	up_read_non_owner(&mm->mmap_lock);
	kmemu_vmas_put();
}

static __always_inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
}

static __always_inline void mmap_write_lock_nested(struct mm_struct *mm, int subclass)
{
	down_write_nested(&mm->mmap_lock, subclass);
}

static __always_inline int mmap_write_lock_killable(struct mm_struct *mm)
{
	return down_write_killable(&mm->mmap_lock);
}

static __always_inline void mmap_write_unlock(struct mm_struct *mm)
{
	up_write(&mm->mmap_lock);
	kmemu_vmas_put();
}

static __always_inline void mmap_write_downgrade(struct mm_struct *mm)
{
	downgrade_write(&mm->mmap_lock);
}

static __always_inline void mmap_assert_locked(const struct mm_struct *mm)
{
	rwsem_assert_held((struct rw_semaphore *)&mm->mmap_lock);
}

static __always_inline void mmap_assert_write_locked(const struct mm_struct *mm)
{
	rwsem_assert_held_write(&mm->mmap_lock);
}

static __always_inline int mmap_lock_is_contended(struct mm_struct *mm)
{
	return rwsem_is_contended(&mm->mmap_lock);
}

#endif /* __cplusplus */

#endif /* _LINUX_MMAP_LOCK_H */
