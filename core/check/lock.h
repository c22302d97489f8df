/*
 * lock.h - locks that count as spinlocks, and the other things that forbid to
 * sleep, taken and given back in order (kernel: kernel/locking/spinlock_debug.c,
 * lockdep.c). balance.c and lockdep.c have the theory.
 */
#pragma once

#include "core/lib/preempt.h"
#include "include/kmemu/context.h"

/*
 * Not 0: locks are looked at. LOCK_IRQS: signal handlers are there that may want
 * one. Read-mostly; LOCK_WATCHED from lock_init() on.
 */
#define LOCK_WATCHED 0x1u
#define LOCK_IRQS    0x2u
extern __hidden u32 lock_watch;

/* Locks that count (context.locks), besides spinlocks. */
extern __hidden bool lock_mutexes, lock_rwlocks;
/* Not 0: calls on those are looked at even when nothing is raised. */
extern __hidden u32 lock_others;

/* How a lock was taken. */
#define LOCK_TRY  0x1u /* did not wait */
#define LOCK_READ 0x2u /* shared with other readers */
#define LOCK_API  0x4u /* by <linux/spinlock.h>, which knows local_irq_save() */
#define LOCK_RECURSIVE 0x8u /* a reader that waits for writers alone */
#define LOCK_SUBCLASS_MAX 7u /* kernel: MAX_LOCKDEP_SUBCLASSES - 1 */
#define LOCK_SUBCLASS(how) ((how) >> 4 & LOCK_SUBCLASS_MAX)
#define LOCK_NESTED(subclass) (((subclass) & LOCK_SUBCLASS_MAX) << 4)
#define LOCK_NEST 0x80u /* another lock that is held orders those of this class */
#define LOCK_TIMED 0x100u /* waits for a time only */

/* Of subclass, which may be KMEMU_LOCK_NEST, of an exported function. */
static inline unsigned int lock_how_nested(unsigned int subclass)
{
	return subclass == KMEMU_LOCK_NEST ? LOCK_NEST : LOCK_NESTED(subclass);
}

/* From context_init(), when contexts are armed. */
void lock_init(void);

/* --- balance.c ------------------------------------------------------------- */

/* The lock is taken by somebody. False: by this thread itself, and the call must fail. */
bool lock_may_wait(enum raise_kind kind, const void *lock, const char *func, const void *caller);
bool __lock_releases(enum raise_kind kind, const void *lock, bool is_free, const char *func,
		     const void *caller);

/*
 * The lock will be released, its raise is dropped. is_free: its word says that
 * nobody has it. False: it must not be released.
 */
static __always_inline bool lock_releases(enum raise_kind kind, const void *lock, bool is_free,
					  const char *func, const void *caller)
{
	return likely(context_drop_lock(kind, lock)) ||
	       __lock_releases(kind, lock, is_free, func, caller);
}

/* The lock is set up anew, or will be no lock any more. Somebody should not hold it. */
void lock_forget(const void *lock, const char *func, const void *caller);
/* Memory is freed. This thread should hold no lock that lies in it. bytes 0: not known. */
void locks_freed(const void *p, size_t bytes, const char *func, const void *caller);

/*
 * preempt_enable() and its kin: context_drop(), or a report when nothing of the
 * kind is raised. Whether something was.
 */
bool context_lower(enum raise_kind kind, const void *what, const char *func, const void *caller);

/* This thread ends: what it still holds is told. In no handler. */
void lock_thread_end(void);

/* --- lockdep.c ------------------------------------------------------------- */

void __lock_acquired(const void *lock, unsigned int flags, const void *caller);

/* Locks, by a hash, that need no look while nothing else is raised. NULL: no table. */
#define LOCKDEP_QUIET_BITS 10
extern __hidden const void **lockdep_quiet;

static __always_inline const void **lockdep_quiet_slot(const void *lock)
{
	u64 hash = ((uintptr_t)lock >> 2) * 0x9e3779b97f4a7c15UL;

	return &lockdep_quiet[hash >> (64 - LOCKDEP_QUIET_BITS)];
}

static __always_inline bool lockdep_is_quiet(const void *lock)
{
	return READ_ONCE(*lockdep_quiet_slot(lock)) == lock && context_mine->nr == 1;
}

/*
 * Whose locks context.lockorder looks at: the kernel's always, pthread's where it was
 * asked for (options_lockorder_all): a pair of lock and unlock under another lock takes
 * 4 ns more with it. Read-mostly.
 */
#define LOCK_ORDER_API	   0x1u
#define LOCK_ORDER_PTHREAD 0x2u
extern __hidden u32 lock_order_on;

static __always_inline bool lock_order_is_on(unsigned int flags)
{
	return READ_ONCE(lock_order_on) &
	       (flags & LOCK_API ? LOCK_ORDER_API : LOCK_ORDER_PTHREAD);
}

/* What an entry keeps. One that waited for a time only came as by a trylock. */
static __always_inline u8 lock_how(unsigned int flags)
{
	return (u8)(flags | (flags & LOCK_TIMED ? LOCK_TRY : 0));
}

/* Something is raised, maybe: the lock's order is looked at. */
void __lock_raise(enum raise_kind kind, const void *lock, unsigned int flags, const void *caller,
		  unsigned long sp);

/* The lock was taken; sp: the stack pointer of the caller's at the call. */
static __always_inline void lock_acquired(enum raise_kind kind, const void *lock,
					  unsigned int flags, const void *caller, unsigned long sp)
{
	if (unlikely(context_hint) && lock_order_is_on(flags))
		__lock_raise(kind, lock, flags, caller, sp);
	else
		context_raise_lock(kind, lock_how(flags), lock, caller, sp);
	if (unlikely(READ_ONCE(lock_watch) & LOCK_IRQS) && !lockdep_is_quiet(lock))
		__lock_acquired(lock, flags, caller);
}

/* --- lock_order.c ---------------------------------------------------------- */

void lock_order_init(void);
void __lock_order(enum raise_kind kind, const void *lock, unsigned int how, const void *caller);

/* The lock will be waited for: the order of what is held and it is looked at. Any context. */
static __always_inline void lock_order(enum raise_kind kind, const void *lock, unsigned int how,
				       const void *caller)
{
	if (unlikely(context_hint) && lock_order_is_on(how))
		__lock_order(kind, lock, how, caller);
}

/* --- lock_irq.c ------------------------------------------------------------ */

/* Where a state was got that does not go with a new one. */
struct lock_usage_of_class {
	u32 stack; /* in the depot */
	bool read, softirq;
	bool is; /* there is one */
};

/*
 * The lock that was just taken is used in an interrupt, or enabled: one may come. What does
 * not go with it of its class; told once. Any context.
 */
struct lock_usage_of_class lock_mark_usage(const void *lock, bool hardirq, bool enabled, bool read,
					   const void *caller);

/* --- rcu_usage.c ----------------------------------------------------------- */

/* From context_init(), when contexts are armed. */
void rcu_usage_init(void);
/* By kernel code's own macro, or of func; at file and line. Any context. */
void rcu_suspicious(const char *file, int line, const char *what, const void *caller);

/* --- lock_class.c ---------------------------------------------------------- */

/* Not 0: locks are known by their address, and die with their memory. */
extern __hidden u32 lock_instances;

/*
 * The lock is of the class of this key from now on, NULL: of none. name (NULL: by the
 * place) and key must stay; subclass is that of who names none. Kernel:
 * lockdep_init_map(), lockdep_set_class(). Any context, as the rest here.
 */
void lock_class_set(const void *lock, const char *name, const void *key, unsigned int subclass,
		    const void *site);
/* Kernel: static_obj(), of a class' key. True of all where no order is kept. */
bool lock_key_is_static(const void *key);
void lock_class_set_subclass(const void *lock, unsigned int subclass);
/* The key is a lock, too: what has it is not known by its own address. */
void lock_class_init_key(const void *key, const char *name, const void *site);
/* For who holds it when the lock itself may be freed: its key, as a lock. NULL: it has none. */
const void *lock_class_key(const void *lock);
void lock_class_set_cmp_fn(const void *lock, int (*cmp)(const struct lockdep_map *a,
							  const struct lockdep_map *b));
/* The lock is set up anew, or is none any more. */
void lock_class_forget(const void *lock);
/* What is known of classes with this key is void. Kernel: lockdep_unregister_key(). */
void lock_class_unregister(const void *key);
void __lock_class_freed(const void *p, size_t bytes);
/* After a library was closed. */
void lock_class_dlclose(void);
struct report_lock;
bool lock_class_find_name(const struct raise *held, struct report_lock *name);

/* --- lockdep.c, handlers --------------------------------------------------- */

/* A handler is installed that will count as an interrupt. Any context. */
void lock_note_handler(int signo);
/* What was seen of the lock is void. */
void lockdep_forget(const void *lock);
void lockdep_init(void);
/* Locks that found no room in the table. */
unsigned long lockdep_untracked(void);
