/* SPDX-License-Identifier: MIT */
/*
 * <linux/rcupdate.h> of Linux 6.12: the reader's side, and how pointers are
 * published. Grace periods (synchronize_rcu, call_rcu, kfree_rcu) are not here:
 * code that needs them does not compile yet.
 */
#ifndef __LINUX_RCUPDATE_H
#define __LINUX_RCUPDATE_H

#include <linux/bottom_half.h>
#include <linux/compiler.h>
#include <linux/preempt.h>

#define rcu_read_lock() kmemu_rcu_read_lock()
#define rcu_read_unlock() kmemu_rcu_read_unlock()
#define rcu_preempt_depth() kmemu_rcu_preempt_depth()
#define rcu_read_lock_held() (rcu_preempt_depth() != 0)

#define rcu_read_lock_bh()               \
	do {                             \
		kmemu_local_bh_disable(); \
		kmemu_rcu_read_lock();   \
	} while (0)
#define rcu_read_unlock_bh()             \
	do {                             \
		kmemu_rcu_read_unlock(); \
		kmemu_local_bh_enable(); \
	} while (0)
#define rcu_read_lock_sched() kmemu_preempt_disable()
#define rcu_read_unlock_sched() kmemu_preempt_enable()

#define RCU_INITIALIZER(v) (v)
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), (v), __ATOMIC_RELEASE)
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_dereference(p) __atomic_load_n(&(p), __ATOMIC_CONSUME)
#define rcu_dereference_raw(p) rcu_dereference(p)
#define rcu_dereference_bh(p) rcu_dereference(p)
#define rcu_dereference_sched(p) rcu_dereference(p)
#define rcu_dereference_check(p, c) rcu_dereference(p)
#define rcu_dereference_protected(p, c) (p)

#endif /* __LINUX_RCUPDATE_H */
