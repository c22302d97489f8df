/* SPDX-License-Identifier: MIT */
/*
 * <linux/lockdep.h> of Linux 6.12 with CONFIG_LOCKDEP off: what the program asserts of
 * its locks is not looked at. kmemu has its own checks of spinlocks.
 */
#ifndef __LINUX_LOCKDEP_H
#define __LINUX_LOCKDEP_H

#include <linux/compiler.h>
#include <linux/smp.h>

struct lock_class_key {
	int unused;
};
struct lockdep_map {
	int unused;
};

#define lockdep_is_held(lock) 1
#define lockdep_is_held_type(lock, read) 1
#define lockdep_assert(cond) ((void)sizeof(cond))
#define lockdep_assert_held(lock) ((void)(lock))
#define lockdep_assert_not_held(lock) ((void)(lock))
#define lockdep_assert_held_write(lock) ((void)(lock))
#define lockdep_assert_held_read(lock) ((void)(lock))
#define lockdep_assert_held_once(lock) ((void)(lock))
#define lockdep_assert_irqs_enabled() ((void)0)
#define lockdep_assert_irqs_disabled() ((void)0)
#define lockdep_assert_in_irq() ((void)0)
#define lockdep_assert_preemption_disabled() ((void)0)
#define lockdep_register_key(key) ((void)(key))
#define lockdep_unregister_key(key) ((void)(key))
#define lockdep_set_class(lock, key) ((void)(key))
#define lockdep_set_subclass(lock, sub) ((void)(lock))
#define lockdep_init_map(lock, name, key, sub) ((void)(key))
#define lockdep_off() ((void)0)
#define lockdep_on() ((void)0)
#define might_lock(lock) ((void)(lock))
#define SINGLE_DEPTH_NESTING 1

#endif /* __LINUX_LOCKDEP_H */
