/* SPDX-License-Identifier: MIT */
/*
 * <linux/spinlock_types.h> of Linux 6.12: spinlock_t, raw_spinlock_t and
 * rwlock_t.
 */
#ifndef __LINUX_SPINLOCK_TYPES_H
#define __LINUX_SPINLOCK_TYPES_H

#include <kmemu/context.h>
#include <kmemu/locks.h>
#include <linux/atomic.h>
#include <linux/lockdep_types.h>
#include <linux/rbtree_types.h>
#include <linux/types.h>

typedef struct raw_spinlock {
	union {
		struct kmemu_spinlock raw_lock;
		struct lockdep_map dep_map;
	};
} raw_spinlock_t;

typedef struct spinlock spinlock_t;

typedef struct {
	union {
		struct kmemu_rwlock raw_lock;
		struct lockdep_map dep_map;
	};
} rwlock_t;

#define __RAW_SPIN_LOCK_UNLOCKED(name) { { { KMEMU_LOCK_SET_UP } } }
#define __SPIN_LOCK_UNLOCKED(name) { { { KMEMU_LOCK_SET_UP } } }
#define __RW_LOCK_UNLOCKED(name) { { { KMEMU_LOCK_SET_UP } } }

#define DEFINE_RAW_SPINLOCK(x) raw_spinlock_t x = __RAW_SPIN_LOCK_UNLOCKED(x)
#define DEFINE_SPINLOCK(x) spinlock_t x = __SPIN_LOCK_UNLOCKED(x)
#define DEFINE_RWLOCK(x) rwlock_t x = __RW_LOCK_UNLOCKED(x)

#endif /* __LINUX_SPINLOCK_TYPES_H */
