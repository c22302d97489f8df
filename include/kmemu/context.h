/* SPDX-License-Identifier: MIT */
/*
 * context.h - where a thread is, told by itself: the kernel's preempt_count, its
 * interrupt flag, and the locks that raise them. <linux/preempt.h>,
 * <linux/spinlock.h> and their like (include/linux) are thin names over these.
 *
 * What is raised is the calling thread's, and belongs to the stack that it was
 * raised on. With option context= (warn, fail ...) an allocation that may sleep is
 * judged by it: kmemu-options(7).
 *
 * Functions carry the kernel's names with the prefix kmemu_. All may be called
 * from a signal handler; none touches errno, sleeps (but locks wait for their
 * owner), or takes memory from the heap. What is lowered without having been
 * raised is reported (check context.balance), and changes nothing.
 *
 * Call them from inlines that are always inlined, as include/linux does: the
 * place that a report names is the one that called.
 */
#ifndef KMEMU_CONTEXT_H
#define KMEMU_CONTEXT_H

#ifdef __cplusplus
extern "C" {
#endif

/* What local_irq_save() answers when interrupts were on (X86_EFLAGS_IF). */
#define KMEMU_IRQS_ON 0x200ul

/* current->flags (include/linux/sched.h of 6.12). */
#define KMEMU_PF_MEMALLOC 0x00000800u
#define KMEMU_PF_MEMALLOC_NOFS 0x00040000u
#define KMEMU_PF_MEMALLOC_NOIO 0x00080000u
#define KMEMU_PF_MEMALLOC_PIN 0x10000000u

/*
 * Questions (include/linux/preempt.h, asm/irqflags.h). With context.functions,
 * context.sched or context.sigmask they look at the stack and ask the system;
 * else at what is raised, a few instructions when nothing is.
 *
 * kmemu_preempt_count: preempt_count(), the kernel's bits: preemption 0 to 7,
 * softirq 8 to 15, hardirq 16 to 19, NMI 20 to 23.
 * kmemu_softirq_count: softirq_count(). With preempt=rt it is no part of the
 * former, as on PREEMPT_RT.
 * kmemu_irqs_disabled: irqs_disabled(); true in a hard interrupt.
 * kmemu_rcu_preempt_depth: rcu_preempt_depth().
 */
int kmemu_preempt_count(void);
/* pagefault_disable(), counted for the thread; disabled: how often. Any context. */
void kmemu_pagefault_disable(void);
void kmemu_pagefault_enable(void);
unsigned int kmemu_pagefault_disabled(void);
unsigned int kmemu_softirq_count(void);
int kmemu_irqs_disabled(void);
int kmemu_rcu_preempt_depth(void);

/* preempt_disable(), preempt_enable(). */
void kmemu_preempt_disable(void);
void kmemu_preempt_enable(void);
/* local_bh_disable(), local_bh_enable(): + 0x200 each. */
void kmemu_local_bh_disable(void);
void kmemu_local_bh_enable(void);
/* irq_enter(), irq_exit(): a hard interrupt. */
void kmemu_irq_enter(void);
void kmemu_irq_exit(void);
/* nmi_enter(), nmi_exit(): counts as a hard interrupt, too. */
void kmemu_nmi_enter(void);
void kmemu_nmi_exit(void);
/* What handle_softirqs() does around its actions (softirq_handle_begin, _end): + 0x100. */
void kmemu_softirq_enter(void);
void kmemu_softirq_exit(void);

/*
 * The interrupt flag. It is one flag, no count: disable twice and enable once is
 * enabled. save answers what it was and disables; restore makes it that again.
 * Restored while interrupts are on is reported, as by raw_local_irq_restore():
 * the pairs are out of order.
 */
void kmemu_local_irq_disable(void);
void kmemu_local_irq_enable(void);
unsigned long kmemu_local_irq_save(void);
void kmemu_local_irq_restore(unsigned long flags);
/*
 * What spin_lock_irqsave(), spin_unlock_irqrestore() and spin_unlock_irq() do of it:
 * nothing with preempt=rt, where spinlocks sleep.
 */
unsigned long kmemu_spin_irq_save(void);
void kmemu_spin_irq_restore(unsigned long flags);
void kmemu_spin_irq_enable(void);

/* rcu_read_lock(), rcu_read_unlock(), with PREEMPT_RCU: preempt_count stays. */
void kmemu_rcu_read_lock(void);
void kmemu_rcu_read_unlock(void);
/* As kmemu_local_bh_disable() and kmemu_preempt_disable(), and sections (<kmemu/rcu.h>). */
void kmemu_rcu_read_lock_bh(void);
void kmemu_rcu_read_unlock_bh(void);
void kmemu_rcu_read_lock_sched(void);
void kmemu_rcu_read_unlock_sched(void);
/* non_block_start(), non_block_end(). */
void kmemu_non_block_start(void);
void kmemu_non_block_end(void);

/*
 * might_sleep(): reported where the thread may not (kind sleep-in-atomic).
 * cant_sleep(): reported where it may (kind cant-sleep); preempt_count and the
 * interrupt flag count, RCU does not. file and line: of the call, as the kernel
 * prints them; file must stay. Both need context= to be on.
 */
void kmemu_might_sleep(const char *file, int line);
void kmemu_cant_sleep(const char *file, int line);

/*
 * memalloc_flags_save(), memalloc_flags_restore(): sets KMEMU_PF_* bits of this
 * thread and answers those that were not set before; restore clears these. Then
 * page allocation drops flags as current_gfp_context() does (NOIO, NOFS, PIN), or
 * ignores watermarks and does not reclaim (PF_MEMALLOC).
 * kmemu_current_flags: these bits.
 */
unsigned int kmemu_memalloc_flags_save(unsigned int flags);
void kmemu_memalloc_flags_restore(unsigned int flags);
unsigned int kmemu_current_flags(void);

/*
 * Locks: spin briefly, then wait in the system, so a real-time thread does not
 * keep the owner off the CPU. KMEMU_LOCK_SET_UP is unlocked; so is 0, but with checks
 * on that is told once (kernel: "bad magic"). trylock answers 1 when it has the lock. A
 * thread that takes its own lock again, or in a handler, waits for ever, as the kernel's.
 * raw_: also counts with preempt=rt, where the others may sleep.
 */
/* What lockdep knows of a lock is known by its address: this is where the lock is. */
struct lockdep_map {
	unsigned int unused;
};

#define KMEMU_LOCK_WAITERS 0x80000000u /* in a lock's word: somebody sleeps there */
#define KMEMU_LOCK_SET_UP  0x20000000u /* it was set up; with nothing else it is free */
struct kmemu_spinlock {
	unsigned int word; /* owner's tid */
};
struct kmemu_rwlock {
	unsigned int word; /* readers, or a bit for the writer */
};

/*
 * What was seen of the lock is void; with checks on, somebody should not hold it.
 * _class: a lock of any kind, which is of the class of this key from now on (option
 * context.lockorder=); name and key stay. Any context.
 */
void kmemu_lock_init(const void *lock);
void kmemu_lock_init_class(const void *lock, const char *name, const void *key);
/* lockdep_set_class() and its kin; key NULL: of no class, its order is not looked at. */
void kmemu_lock_set_class(const void *lock, const char *name, const void *key,
			  unsigned int subclass);
/* What lies at the key's address is a lock of this name, of which many things may be one. */
void kmemu_lock_init_key(const void *key, const char *name);
void kmemu_lock_set_subclass(const void *lock, unsigned int subclass);
/* lock_set_cmp_fn(): below 0: b may be taken with a held, which is of its class. */
void kmemu_lock_set_cmp_fn(const void *lock, int (*cmp)(const struct lockdep_map *a,
							 const struct lockdep_map *b));
/*
 * lock_acquire() and lock_release() of a lock of the caller's own: how is a subclass of 0 to
 * 7, KMEMU_LOCK_NEST, and these bits. held: as kmemu_lock_is_held(). Any context.
 */
#define KMEMU_MAP_TRY 0x10u /* it did not wait */
#define KMEMU_MAP_READ 0x20u /* with other readers */
#define KMEMU_MAP_RECURSIVE 0x40u /* a reader that waits for writers alone */
#define KMEMU_MAP_UNCHECKED 0x80u /* its order is not looked at */
void kmemu_lock_map_acquire(const void *map, unsigned int how);
void kmemu_lock_map_release(const void *map);
int kmemu_lock_map_is_held(const void *map, int read);
/* lockdep_unregister_key(): the key's memory goes. */
void kmemu_lock_unregister_key(const void *key);
/*
 * _nested: one more lock of a class of which one is held: 0 to 7, or that one which is
 * held besides keeps those of the class in order (spin_lock_nest_lock()).
 */
#define KMEMU_LOCK_NEST 8u
/*
 * Kernel: lib/smp_processor_id.c, with CONFIG_DEBUG_PREEMPT. kmemu_preempt_checks not 0: who
 * asks for its CPU is looked at, and told of where it may be moved away; what is what it
 * called. Between kmemu_migrate(1) and kmemu_migrate(-1) a thread stays. Any context.
 */
extern int kmemu_preempt_checks;
void kmemu_check_preemption(const char *what);
void kmemu_migrate(int n);

void kmemu_spin_lock(struct kmemu_spinlock *lock);
void kmemu_spin_lock_nested(struct kmemu_spinlock *lock, unsigned int subclass);
int kmemu_spin_trylock(struct kmemu_spinlock *lock);
void kmemu_spin_unlock(struct kmemu_spinlock *lock);
void kmemu_raw_spin_lock(struct kmemu_spinlock *lock);
void kmemu_raw_spin_lock_nested(struct kmemu_spinlock *lock, unsigned int subclass);
int kmemu_raw_spin_trylock(struct kmemu_spinlock *lock);
void kmemu_raw_spin_unlock(struct kmemu_spinlock *lock);
void kmemu_read_lock(struct kmemu_rwlock *lock);
int kmemu_read_trylock(struct kmemu_rwlock *lock);
void kmemu_read_unlock(struct kmemu_rwlock *lock);
void kmemu_write_lock(struct kmemu_rwlock *lock);
void kmemu_write_lock_nested(struct kmemu_rwlock *lock, unsigned int subclass);
int kmemu_write_trylock(struct kmemu_rwlock *lock);
void kmemu_write_unlock(struct kmemu_rwlock *lock);

/*
 * lock_is_held_type(): 1: this thread has the lock, 0: it has not, -1: that cannot
 * be told (LOCK_STATE_UNKNOWN). read: 1 as a reader, 0 as a writer, -1 either. Who
 * has a semaphore of readers and a writer is known with context= only: else 0 where nobody has
 * it, or -1.
 */
enum kmemu_lock_type {
	KMEMU_LOCK_OTHER, /* -1 */
	KMEMU_LOCK_SPIN,
	KMEMU_LOCK_RW,
	KMEMU_LOCK_MUTEX,
	KMEMU_LOCK_RWSEM
};
int kmemu_lock_is_held(int type, const void *lock, int read);
/* might_lock(): told as if it were taken: twice by a thread, or one that sleeps where none may. */
void kmemu_might_lock(int type, const void *lock);

/*
 * For <kmemu/annotate.h>, which says what its macros mean. op is one of these;
 * KMEMU_ANNOTATE_EXIT is added to end what was begun. Nothing happens, and nothing
 * is reported later, when context= is off.
 */
enum kmemu_annotation {
	KMEMU_ANNOTATE_ATOMIC,
	KMEMU_ANNOTATE_HARDIRQ,
	KMEMU_ANNOTATE_SOFTIRQ,
	KMEMU_ANNOTATE_SPINLOCK,
	KMEMU_ANNOTATE_NON_BLOCK,
	KMEMU_ANNOTATE_IGNORE,
	KMEMU_ANNOTATE_EXIT = 0x100
};
void kmemu_annotate(int op, const void *what);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_CONTEXT_H */
