/* SPDX-License-Identifier: MIT */
/* <linux/mmap_lock.h> of Linux 6.12: the lock of a program's mappings. */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/lockdep.h>
#include <linux/mm_types.h>
#include <linux/rwsem.h>

#define mmap_init_lock(mm) init_rwsem(&(mm)->mmap_lock)
#define mmap_read_lock(mm) down_read(&(mm)->mmap_lock)
#define mmap_read_lock_killable(mm) down_read_killable(&(mm)->mmap_lock)
#define mmap_read_trylock(mm) (down_read_trylock(&(mm)->mmap_lock) != 0)
/* Behind the last one what was looked up is gone. */
#define mmap_read_unlock(mm) (up_read(&(mm)->mmap_lock), kmemu_vmas_put())
#define mmap_read_unlock_non_owner(mm) \
	(up_read_non_owner(&(mm)->mmap_lock), kmemu_vmas_put())
#define mmap_write_lock(mm) down_write(&(mm)->mmap_lock)
#define mmap_write_lock_nested(mm, subclass) down_write_nested(&(mm)->mmap_lock, (subclass))
#define mmap_write_lock_killable(mm) down_write_killable(&(mm)->mmap_lock)
#define mmap_write_unlock(mm) (up_write(&(mm)->mmap_lock), kmemu_vmas_put())
#define mmap_write_downgrade(mm) downgrade_write(&(mm)->mmap_lock)
#define mmap_assert_locked(mm) rwsem_assert_held(&(mm)->mmap_lock)
#define mmap_assert_write_locked(mm) rwsem_assert_held_write(&(mm)->mmap_lock)
#define mmap_lock_is_contended(mm) rwsem_is_contended(&(mm)->mmap_lock)

#endif /* __cplusplus */

#endif /* _LINUX_MMAP_LOCK_H */
