/* SPDX-License-Identifier: MIT */
/* <linux/once.h> of Linux 6.12: what is done by the first who comes; others wait for it. */
#ifndef _LINUX_ONCE_H
#define _LINUX_ONCE_H

#include <linux/jump_label.h>
#include <linux/mutex.h>
#include <linux/once_lite.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#ifndef __cplusplus

/* True: it was done now. */
#define __KMEMU_DO_ONCE(lock, unlock, func, ...)                              \
	({                                                                    \
		static bool ___done;                                          \
		bool ___ret = false;                                          \
									      \
		if (!smp_load_acquire(&___done)) {                            \
			lock;                                                 \
			___ret = !___done;                                    \
			if (___ret) {                                         \
				func(__VA_ARGS__);                            \
				smp_store_release(&___done, true);            \
			}                                                     \
			unlock;                                               \
		}                                                             \
		___ret;                                                       \
	})

/* In any context: func may not sleep. */
#define DO_ONCE(func, ...)                                                    \
	({                                                                    \
		static DEFINE_SPINLOCK(___once_lock);                         \
		unsigned long ___flags;                                       \
									      \
		__KMEMU_DO_ONCE(spin_lock_irqsave(&___once_lock, ___flags),   \
				spin_unlock_irqrestore(&___once_lock, ___flags), func, \
				##__VA_ARGS__);                               \
	})
#define DO_ONCE_SLEEPABLE(func, ...)                                          \
	({                                                                    \
		static DEFINE_MUTEX(___once_mutex);                           \
									      \
		__KMEMU_DO_ONCE(mutex_lock(&___once_mutex), mutex_unlock(&___once_mutex), \
				func, ##__VA_ARGS__);                         \
	})
#define get_random_once(buf, nbytes) DO_ONCE(get_random_bytes, (buf), (nbytes))
#define get_random_sleepable_once(buf, nbytes) \
	DO_ONCE_SLEEPABLE(get_random_bytes, (buf), (nbytes))

#endif /* __cplusplus */

#endif /* _LINUX_ONCE_H */
