/* SPDX-License-Identifier: MIT */
/*
 * <linux/timer.h> of Linux 6.12. Timers run in softirq context on a thread of their
 * own; deferrable and pinned are nothing.
 */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <kmemu/libc_begin.h>
#include <time.h>
#include <kmemu/libc_end.h>

#include <kmemu/irq.h>
#include <linux/compiler.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep_types.h>

#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000
#define TIMER_IRQSAFE 0x00200000
#define TIMER_INIT_FLAGS (TIMER_DEFERRABLE | TIMER_PINNED | TIMER_IRQSAFE)
#define TIMER_CPUMASK 0x0003ffff
#define TIMER_MIGRATING 0x00040000
#define TIMER_BASEMASK (TIMER_CPUMASK | TIMER_MIGRATING)
#define TIMER_ARRAYSHIFT 22
#define TIMER_ARRAYMASK 0xffc00000
#define TIMER_TRACE_FLAGMASK (TIMER_MIGRATING | TIMER_INIT_FLAGS)

#define __TIMER_INITIALIZER(function_, flags_) \
	{ { { 0, NULL, NULL }, { 0, NULL, NULL }, 0, NULL, 0 }, 0, (function_), (flags_), NULL }
#define DEFINE_TIMER(name, function_)    \
	struct timer_list name = { { { 0, NULL, NULL }, { 0, NULL, NULL }, 0, NULL, 0 }, 0, \
				   (function_), 0, &(name) }

#define from_timer(var, callback_timer, timer_fieldname) \
	container_of(callback_timer, __typeof__(*var), timer_fieldname)

static __always_inline void __kmemu_timer_setup(struct timer_list *timer,
						void (*func)(struct timer_list *),
						unsigned int flags,
						const struct lock_class_key *key, const char *name,
						bool on_stack)
{
	if (flags & ~(unsigned int)TIMER_INIT_FLAGS)
		kmemu_timer_wrong_flags();
	if (on_stack)
		kmemu_debug_object_init_on_stack(timer, sizeof(*timer));
	else
		kmemu_debug_object_init(timer, sizeof(*timer));
	timer->timer.flags = 0;
	timer->expires = 0;
	timer->function = func;
	timer->flags = flags & TIMER_INIT_FLAGS;
	timer->lock_key = key;
	kmemu_lock_init_key(key, name);
}

/* A class at each place where timers are set up, as there. */
#define __kmemu_timer_setup_at(timer, func, flags, on_stack)                    \
	do {                                                                    \
		static struct lock_class_key __key;                             \
		__kmemu_timer_setup((timer), (func), (flags), &__key, "(" #timer ")", \
				    (on_stack));                                \
	} while (0)
#define timer_setup(timer, func, flags) __kmemu_timer_setup_at(timer, func, flags, false)
#define timer_setup_on_stack(timer, func, flags) __kmemu_timer_setup_at(timer, func, flags, true)

static __always_inline void destroy_timer_on_stack(struct timer_list *timer)
{
	kmemu_debug_object_free(timer, sizeof(*timer));
}

__kmemu_c int mod_timer(struct timer_list *timer, unsigned long expires)
	__kmemu_is(kmemu_mod_timer);
__kmemu_c int mod_timer_pending(struct timer_list *timer, unsigned long expires)
	__kmemu_is(kmemu_mod_timer_pending);
__kmemu_c int timer_reduce(struct timer_list *timer, unsigned long expires)
	__kmemu_is(kmemu_timer_reduce);
/* libc has one of its own, so its <time.h> comes first. */
__kmemu_c int __kmemu_timer_delete(struct timer_list *timer) __kmemu_is(kmemu_del_timer);
#define timer_delete __kmemu_timer_delete
__kmemu_c int timer_delete_sync(struct timer_list *timer) __kmemu_is(kmemu_del_timer_sync);
__kmemu_c int timer_shutdown(struct timer_list *timer) __kmemu_is(kmemu_timer_shutdown);
__kmemu_c int timer_shutdown_sync(struct timer_list *timer)
	__kmemu_is(kmemu_timer_shutdown_sync);
__kmemu_c int del_timer(struct timer_list *timer) __kmemu_is(kmemu_del_timer);
__kmemu_c int del_timer_sync(struct timer_list *timer) __kmemu_is(kmemu_del_timer_sync);
__kmemu_c int try_to_del_timer_sync(struct timer_list *timer)
	__kmemu_is(kmemu_try_to_del_timer);
__kmemu_c int timer_pending(const struct timer_list *timer) __kmemu_is(kmemu_timer_pending);

__kmemu_c void add_timer(struct timer_list *timer) __kmemu_is(kmemu_add_timer);

static __always_inline void add_timer_on(struct timer_list *timer, int cpu)
{
	(void)cpu;
	add_timer(timer);
}

/* On this CPU, and on any: they are one. */
__kmemu_c void add_timer_local(struct timer_list *timer) __kmemu_is(kmemu_add_timer);
__kmemu_c void add_timer_global(struct timer_list *timer) __kmemu_is(kmemu_add_timer);

#endif /* _LINUX_TIMER_H */
