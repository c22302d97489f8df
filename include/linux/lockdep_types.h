/* SPDX-License-Identifier: MIT */
/*
 * <linux/lockdep_types.h> of Linux 6.12: what tells classes of locks apart. A key's
 * address counts; it has 8 bytes, one for each subclass, as the kernel's.
 */
#ifndef __LINUX_LOCKDEP_TYPES_H
#define __LINUX_LOCKDEP_TYPES_H

#define MAX_LOCKDEP_SUBCLASSES 8UL

struct lockdep_subclass_key {
	char __one_byte;
} __attribute__((__packed__));

struct lock_class_key {
	struct lockdep_subclass_key subkeys[MAX_LOCKDEP_SUBCLASSES];
};

/* Of each place where a lock is set up, one. */
#define __kmemu_lock_init(lock, name)                        \
	do {                                                 \
		static struct lock_class_key __key;          \
		kmemu_lock_init_class((lock), (name), &__key); \
	} while (0)

#endif /* __LINUX_LOCKDEP_TYPES_H */
