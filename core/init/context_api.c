/*
 * context_api.c - the exported API of include/kmemu/context.h (kernel:
 * include/linux/preempt.h, kernel/softirq.c, kernel/locking/spinlock.c). Units,
 * errors and contexts are in the header.
 *
 * The kernel adds to a number; here each call makes an entry that tells where it
 * was made (core/lib/preempt.c): the caller's stack pointer and return address,
 * taken here, so that a report names the line in the program.
 *
 * A lock is the word that it looks like and an entry. The entry comes first and
 * goes last, as preempt_disable() does, so that a handler in between finds the
 * context raised. A failed trylock leaves none.
 *
 * Raised whether context= is on or not: in_interrupt() has to be right, since
 * kernel code chooses its flags by it.
 *
 * Cost: some 40 instructions for a raise and its drop; a lock without contention
 * two locked ones more.
 */
#include "core/check/context.h"
#include "core/check/lock.h"
#include "core/init/init.h"
#include "core/kernel/pending.h"
#include "core/kernel/task.h"
#include "core/lib/word_lock.h"
#include "core/mm/slab.h"
#include "core/os/os.h"
#include "core/report/report.h"
#include "include/kmemu/context.h"

/* Of who called the exported function that this is used in. */
#define CALLER __builtin_return_address(0)
#define CALLER_SP ((unsigned long)__builtin_dwarf_cfa())
#define RAISE(k, w)                                                                       \
	raise_context(&(struct raise){ .kind = (k), .what = (w), .sp = CALLER_SP, .pc = CALLER })

_Static_assert(KMEMU_LOCK_WAITERS == WORD_WAITERS && KMEMU_LOCK_SET_UP == WORD_SET_UP,
	       "what the headers look at");

#define RAISE_LOCK(k, w, h)                                                                   \
	raise_context(&(struct raise){ .kind = (k), .how = (u8)((h) | LOCK_API), .what = (w),  \
				       .sp = CALLER_SP, .pc = CALLER })

/* Kernel code may take a lock before it allocates: from a thread's first on they are looked at. */
static __always_inline void raise_context(const struct raise *r)
{
	if (unlikely(!context_mine) && !kmemu_is_ready())
		kmemu_init();
	context_raise(r);
}

/* False: there is nothing to lower, and by policy nothing is to be done. */
static bool lower(enum raise_kind kind, const void *what, const char *func, const void *caller)
{
	return context_lower(kind, what, func, caller) || kmemu_opts.context_balance != POLICY_FAIL;
}

/* All that take these locks come here: what has no entry is not held. */
static bool release(enum raise_kind kind, const void *lock, const char *func, const void *caller)
{
	return lock_releases(kind, lock, true, func, caller);
}

/* Who waits for what it holds, or may for who waits for that, is told before. */
static void waits(enum raise_kind kind, const void *lock, unsigned int how, const char *func,
		  const void *caller)
{
	if (likely(!READ_ONCE(lock_watch)) || likely(context_is_task()))
		return;
	if (kmemu_opts.preempt == PREEMPT_RT && kind != RAISE_RAW_SPIN)
		__rt_lock_may_sleep(func, caller);
	if (!(how & LOCK_READ))
		lock_may_wait(kind, lock, func, caller);
	lock_order(kind, lock, how | LOCK_API, caller);
}

/* Kernel: read_lock_is_recursive(). */
static unsigned int how_reader(void)
{
	const u32 in_interrupt = NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK;

	if (likely(context_is_task()) || !(context_preempt_count() & in_interrupt))
		return LOCK_READ;
	return LOCK_READ | LOCK_RECURSIVE;
}

static void taken(const void *lock, unsigned int how, const void *caller)
{
	if (unlikely(READ_ONCE(lock_watch)) && kmemu_opts.preempt != PREEMPT_RT)
		__lock_acquired(lock, how | LOCK_API, caller);
}

/* spin_lock() and raw_spin_lock(), of a subclass or of none. */
static void spin(enum raise_kind kind, struct kmemu_spinlock *lock, unsigned int how,
		 const char *func, const void *caller, unsigned long sp)
{
	u32 tid = os_tid();

	waits(kind, lock, how, func, caller);
	lock_check_set_up(&lock->word, SPIN_BUG, caller);
	raise_context(&(struct raise){ .kind = (u8)kind, .how = (u8)(how | LOCK_API), .what = lock,
				       .sp = sp, .pc = caller });
	if (unlikely(!word_try(&lock->word, tid)) && !word_spin(&lock->word, tid)) {
		lock_check_owner(&lock->word, SPIN_BUG, caller);
		word_wait(&lock->word, tid);
	}
	taken(lock, 0, caller);
}

static bool is_armed(void)
{
	return (kmemu_is_ready() || kmemu_init()) && context_armed;
}

/* --- questions ----------------------------------------------------------- */

KMEMU_EXPORT int kmemu_preempt_count(void)
{
	return context_is_task() ? 0 : (int)context_preempt_count();
}

/* With preempt=rt the sum has no softirqs: they are counted apart, as the kernel does. */
static u32 rt_softirq_count(void)
{
	const struct context_stack *c = context_mine;
	u32 count = 0;

	for (u32 i = 0; c && i < c->nr; i++)
		count += c->raises[i].kind == RAISE_BH	    ? SOFTIRQ_DISABLE_OFFSET :
			 c->raises[i].kind == RAISE_SOFTIRQ ? SOFTIRQ_OFFSET :
							      0;
	return count;
}

KMEMU_EXPORT unsigned int kmemu_softirq_count(void)
{
	if (context_is_task())
		return 0;
	return kmemu_opts.preempt == PREEMPT_RT ? rt_softirq_count() :
						  context_preempt_count() & SOFTIRQ_MASK;
}

KMEMU_EXPORT int kmemu_irqs_disabled(void)
{
	return !context_is_task() && context_irqs_disabled();
}

KMEMU_EXPORT int kmemu_rcu_preempt_depth(void)
{
	return context_is_task() ? 0 : (int)context_rcu_depth();
}

/* --- pairs --------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_preempt_disable(void)
{
	RAISE(RAISE_PREEMPT, NULL);
}

KMEMU_EXPORT void kmemu_preempt_enable(void)
{
	lower(RAISE_PREEMPT, NULL, "preempt_enable", CALLER);
}

KMEMU_EXPORT void kmemu_local_bh_disable(void)
{
	RAISE(RAISE_BH, NULL);
}

/* Kernel: __local_bh_enable_ip(). Softirqs would run here, which need interrupts. */
static void bh_enable(const char *func, const void *caller)
{
	if (unlikely(!context_is_task()) && kmemu_irqs_disabled())
		kernel_warn(caller, "kernel/softirq.c", 387,
			    "bottom halves enabled with interrupts off");
	lower(RAISE_BH, NULL, func, caller);
	kernel_irqs_on();
}

KMEMU_EXPORT void kmemu_local_bh_enable(void)
{
	bh_enable("local_bh_enable", CALLER);
}

KMEMU_EXPORT void kmemu_irq_enter(void)
{
	RAISE(RAISE_HARDIRQ, NULL);
}

KMEMU_EXPORT void kmemu_irq_exit(void)
{
	lower(RAISE_HARDIRQ, NULL, "irq_exit", CALLER);
	kernel_irqs_on();
}

KMEMU_EXPORT void kmemu_nmi_enter(void)
{
	RAISE(RAISE_NMI, NULL);
}

KMEMU_EXPORT void kmemu_nmi_exit(void)
{
	lower(RAISE_NMI, NULL, "nmi_exit", CALLER);
}

KMEMU_EXPORT void kmemu_softirq_enter(void)
{
	RAISE(RAISE_SOFTIRQ, NULL);
}

KMEMU_EXPORT void kmemu_softirq_exit(void)
{
	lower(RAISE_SOFTIRQ, NULL, "softirq_exit", CALLER);
}

KMEMU_EXPORT void kmemu_rcu_read_lock(void)
{
	rcu_enter();
	RAISE(RAISE_RCU, NULL);
}

KMEMU_EXPORT void kmemu_rcu_read_unlock(void)
{
	if (lower(RAISE_RCU, NULL, "rcu_read_unlock", CALLER))
		rcu_leave();
}

/* Kernel: rcu_lock_acquire(&rcu_bh_lock_map). */
static void section_enter(enum raise_kind kind, const void *caller, unsigned long sp)
{
	rcu_enter();
	if (is_armed())
		context_raise(&(struct raise){ .kind = (u8)kind, .sp = sp, .pc = caller });
}

static void section_leave(enum raise_kind kind, const char *func, const void *caller)
{
	if (context_armed)
		lower(kind, NULL, func, caller);
	rcu_leave();
}

/* With PREEMPT_RT it is a section of rcu_read_lock()'s, and bottom halves do not count. */
KMEMU_EXPORT void kmemu_rcu_read_lock_bh(void)
{
	RAISE(RAISE_BH, NULL);
	if (kmemu_opts.preempt == PREEMPT_RT)
		RAISE(RAISE_RCU, NULL);
	section_enter(RAISE_RCU_BH, CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_rcu_read_unlock_bh(void)
{
	section_leave(RAISE_RCU_BH, "rcu_read_unlock_bh", CALLER);
	if (kmemu_opts.preempt == PREEMPT_RT)
		lower(RAISE_RCU, NULL, "rcu_read_unlock_bh", CALLER);
	bh_enable("rcu_read_unlock_bh", CALLER);
}

KMEMU_EXPORT void kmemu_rcu_read_lock_sched(void)
{
	RAISE(RAISE_PREEMPT, NULL);
	section_enter(RAISE_RCU_SCHED, CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_rcu_read_unlock_sched(void)
{
	section_leave(RAISE_RCU_SCHED, "rcu_read_unlock_sched", CALLER);
	lower(RAISE_PREEMPT, NULL, "rcu_read_unlock_sched", CALLER);
}

KMEMU_EXPORT void kmemu_non_block_start(void)
{
	RAISE(RAISE_NON_BLOCK, NULL);
}

KMEMU_EXPORT void kmemu_non_block_end(void)
{
	lower(RAISE_NON_BLOCK, NULL, "non_block_end", CALLER);
}

/* --- the interrupt flag -------------------------------------------------- */

static bool irqs_are_off(void)
{
	return context_has(1U << RAISE_IRQS_OFF | 1U << RAISE_HARDIRQ | 1U << RAISE_NMI);
}

/* One entry at most: it is a flag. Answers what it was. */
static __always_inline unsigned long irq_save(const struct raise *r)
{
	if (irqs_are_off())
		return 0;
	context_raise(r);
	return KMEMU_IRQS_ON;
}

static void irq_restore(unsigned long flags, const char *func, const void *caller)
{
	if (flags & KMEMU_IRQS_ON || !irqs_are_off())
		lower(RAISE_IRQS_OFF, NULL, func, caller);
	kernel_irqs_on();
}

#define IRQ_SAVE() \
	irq_save(&(struct raise){ .kind = RAISE_IRQS_OFF, .sp = CALLER_SP, .pc = CALLER })

KMEMU_EXPORT void kmemu_local_irq_disable(void)
{
	IRQ_SAVE();
}

/* Kernel: __handle_irq_event_percpu(), lockdep_hardirqs_on_prepare(); asked behind the function. */
static void note_irqs_on(void)
{
	struct task *task = task_mine;

	if (unlikely(task && task->in_hardirq))
		task->irqs_came_on = 1;
}

/* Of a flag that is on already, nothing is wrong. */
KMEMU_EXPORT void kmemu_local_irq_enable(void)
{
	context_drop(RAISE_IRQS_OFF, NULL, NULL);
	note_irqs_on();
	kernel_irqs_on();
}

KMEMU_EXPORT unsigned long kmemu_local_irq_save(void)
{
	return IRQ_SAVE();
}

KMEMU_EXPORT void kmemu_local_irq_restore(unsigned long flags)
{
	irq_restore(flags, "local_irq_restore", CALLER);
}

KMEMU_EXPORT unsigned long kmemu_spin_irq_save(void)
{
	return kmemu_opts.preempt == PREEMPT_RT ? 0 : IRQ_SAVE();
}

KMEMU_EXPORT void kmemu_spin_irq_restore(unsigned long flags)
{
	if (kmemu_opts.preempt != PREEMPT_RT)
		irq_restore(flags, "spin_unlock_irqrestore", CALLER);
}

KMEMU_EXPORT void kmemu_spin_irq_enable(void)
{
	if (kmemu_opts.preempt == PREEMPT_RT)
		return;
	context_drop(RAISE_IRQS_OFF, NULL, NULL);
	note_irqs_on();
	kernel_irqs_on();
}

/* --- may it sleep -------------------------------------------------------- */

KMEMU_EXPORT void kmemu_might_sleep(const char *file, int line)
{
	if (unlikely(!context_is_task()) && is_armed())
		__might_sleep(file, line, CALLER);
}

KMEMU_EXPORT void kmemu_cant_sleep(const char *file, int line)
{
	if (is_armed())
		__cant_sleep(file, line, CALLER);
}

KMEMU_EXPORT unsigned int kmemu_memalloc_flags_save(unsigned int flags)
{
	unsigned int fresh = flags & ~current_flags;

	WRITE_ONCE(current_flags, current_flags | flags);
	return fresh;
}

KMEMU_EXPORT void kmemu_memalloc_flags_restore(unsigned int flags)
{
	WRITE_ONCE(current_flags, current_flags & ~flags);
}

KMEMU_EXPORT unsigned int kmemu_current_flags(void)
{
	return current_flags;
}

/* --- locks --------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_lock_init(const void *lock)
{
	if (unlikely(READ_ONCE(lock_watch)))
		lock_forget(lock, "lock_init", CALLER);
}

/* Kernel code may set a lock up before it does anything else. */
KMEMU_EXPORT void kmemu_lock_init_class(const void *lock, const char *name, const void *key)
{
	if (unlikely(!kmemu_is_ready()))
		kmemu_init();
	if (likely(!READ_ONCE(lock_watch)))
		return;
	if (READ_ONCE(lock_order_on))
		slab_arm(); /* kfree() is to tell of it */
	lock_forget(lock, "lock_init", CALLER);
	lock_class_set(lock, name, key, 0, CALLER);
}

KMEMU_EXPORT void kmemu_lock_set_class(const void *lock, const char *name, const void *key,
				       unsigned int subclass)
{
	if (unlikely(READ_ONCE(lock_watch)))
		lock_class_set(lock, name, key, subclass, CALLER);
}

KMEMU_EXPORT void kmemu_lock_set_subclass(const void *lock, unsigned int subclass)
{
	if (unlikely(READ_ONCE(lock_watch)))
		lock_class_set_subclass(lock, subclass);
}

KMEMU_EXPORT void kmemu_lock_init_key(const void *key, const char *name)
{
	if (unlikely(!kmemu_is_ready()))
		kmemu_init();
	if (unlikely(READ_ONCE(lock_order_on)))
		lock_class_init_key(key, name, CALLER);
}

KMEMU_EXPORT void kmemu_lock_set_cmp_fn(const void *lock,
					int (*cmp)(const struct lockdep_map *a,
						   const struct lockdep_map *b))
{
	if (unlikely(READ_ONCE(lock_watch)))
		lock_class_set_cmp_fn(lock, cmp);
}

KMEMU_EXPORT void kmemu_lock_unregister_key(const void *key)
{
	if (unlikely(READ_ONCE(lock_watch)))
		lock_class_unregister(key);
}

KMEMU_EXPORT void kmemu_spin_lock(struct kmemu_spinlock *lock)
{
	spin(RAISE_SPIN, lock, 0, "spin_lock", CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_spin_lock_nested(struct kmemu_spinlock *lock, unsigned int subclass)
{
	spin(RAISE_SPIN, lock, lock_how_nested(subclass), "spin_lock_nested", CALLER, CALLER_SP);
}

KMEMU_EXPORT int kmemu_spin_trylock(struct kmemu_spinlock *lock)
{
	if (!word_try(&lock->word, os_tid()))
		return 0;
	RAISE_LOCK(RAISE_SPIN, lock, LOCK_TRY);
	taken(lock, LOCK_TRY, CALLER);
	return 1;
}

KMEMU_EXPORT void kmemu_spin_unlock(struct kmemu_spinlock *lock)
{
	if (release(RAISE_SPIN, lock, "spin_unlock", CALLER))
		word_unlock(&lock->word);
}

KMEMU_EXPORT void kmemu_raw_spin_lock(struct kmemu_spinlock *lock)
{
	spin(RAISE_RAW_SPIN, lock, 0, "raw_spin_lock", CALLER, CALLER_SP);
}

KMEMU_EXPORT void kmemu_raw_spin_lock_nested(struct kmemu_spinlock *lock, unsigned int subclass)
{
	spin(RAISE_RAW_SPIN, lock, lock_how_nested(subclass), "raw_spin_lock_nested", CALLER,
	     CALLER_SP);
}

KMEMU_EXPORT int kmemu_raw_spin_trylock(struct kmemu_spinlock *lock)
{
	if (!word_try(&lock->word, os_tid()))
		return 0;
	RAISE_LOCK(RAISE_RAW_SPIN, lock, LOCK_TRY);
	taken(lock, LOCK_TRY, CALLER);
	return 1;
}

KMEMU_EXPORT void kmemu_raw_spin_unlock(struct kmemu_spinlock *lock)
{
	if (release(RAISE_RAW_SPIN, lock, "raw_spin_unlock", CALLER))
		word_unlock(&lock->word);
}

static void check_rwlock(struct kmemu_rwlock *lock, int line, const void *caller)
{
	lock_check_set_up(&lock->word, "kernel/locking/spinlock_debug.c", line,
			  "BUG: rwlock bad magic", caller);
}

KMEMU_EXPORT void kmemu_read_lock(struct kmemu_rwlock *lock)
{
	unsigned int how = how_reader();

	waits(RAISE_RWLOCK, lock, how, "read_lock", CALLER);
	check_rwlock(lock, 161, CALLER);
	RAISE_LOCK(RAISE_RWLOCK, lock, how);
	word_read_lock(&lock->word);
	taken(lock, LOCK_READ, CALLER);
}

KMEMU_EXPORT int kmemu_read_trylock(struct kmemu_rwlock *lock)
{
	if (!word_read_trylock(&lock->word))
		return 0;
	RAISE_LOCK(RAISE_RWLOCK, lock, LOCK_READ | LOCK_TRY);
	taken(lock, LOCK_READ | LOCK_TRY, CALLER);
	return 1;
}

KMEMU_EXPORT void kmemu_read_unlock(struct kmemu_rwlock *lock)
{
	if (release(RAISE_RWLOCK, lock, "read_unlock", CALLER))
		word_read_unlock(&lock->word);
}

KMEMU_EXPORT void kmemu_write_lock(struct kmemu_rwlock *lock)
{
	waits(RAISE_RWLOCK, lock, 0, "write_lock", CALLER);
	check_rwlock(lock, 186, CALLER);
	RAISE_LOCK(RAISE_RWLOCK, lock, 0);
	word_write_lock(&lock->word);
	taken(lock, 0, CALLER);
}

KMEMU_EXPORT void kmemu_write_lock_nested(struct kmemu_rwlock *lock, unsigned int subclass)
{
	unsigned int how = lock_how_nested(subclass);

	waits(RAISE_RWLOCK, lock, how, "write_lock_nested", CALLER);
	check_rwlock(lock, 186, CALLER);
	RAISE_LOCK(RAISE_RWLOCK, lock, how);
	word_write_lock(&lock->word);
	taken(lock, 0, CALLER);
}

KMEMU_EXPORT int kmemu_write_trylock(struct kmemu_rwlock *lock)
{
	if (!word_write_trylock(&lock->word))
		return 0;
	RAISE_LOCK(RAISE_RWLOCK, lock, LOCK_TRY);
	taken(lock, LOCK_TRY, CALLER);
	return 1;
}

KMEMU_EXPORT void kmemu_write_unlock(struct kmemu_rwlock *lock)
{
	if (release(RAISE_RWLOCK, lock, "write_unlock", CALLER))
		word_write_unlock(&lock->word);
}

/* --- lockdep's question -------------------------------------------------- */

/* A writer there, or readers: what the word rules out. */
static bool is_taken_so(u32 word, int read)
{
	return word && (read < 0 || !(word & WORD_WRITER) == !!read);
}

/* Who has it is in the entries alone. */
static int shared_is_held(const void *lock, u32 word, int read)
{
	if (!is_taken_so(word, read))
		return 0;
	context_settle();
	if (context_find_lock(lock))
		return 1;
	return context_mine && READ_ONCE(context_mine->lost) & ~CONTEXT_IN_STATE ? -1 : 0;
}

KMEMU_EXPORT int kmemu_lock_is_held(int type, const void *lock, int read)
{
	u32 word = type == KMEMU_LOCK_OTHER ? 0 : word_owner(lock);

	switch ((enum kmemu_lock_type)type) {
	case KMEMU_LOCK_SPIN:
	case KMEMU_LOCK_MUTEX:
		return read <= 0 && word == os_tid();
	case KMEMU_LOCK_RW:
		return shared_is_held(lock, word, read);
	case KMEMU_LOCK_RWSEM:
		if (context_armed)
			return shared_is_held(lock, word, read);
		return is_taken_so(word, read) ? -1 : 0;
	default:
		return -1;
	}
}

/* --- annotations --------------------------------------------------------- */

static const struct {
	enum raise_kind kind;
	const char *end;
} annotations[] = {
	[KMEMU_ANNOTATE_ATOMIC] = { RAISE_PREEMPT, "KMEMU_ATOMIC_EXIT" },
	[KMEMU_ANNOTATE_HARDIRQ] = { RAISE_HARDIRQ, "KMEMU_HARDIRQ_EXIT" },
	[KMEMU_ANNOTATE_SOFTIRQ] = { RAISE_SOFTIRQ, "KMEMU_SOFTIRQ_EXIT" },
	[KMEMU_ANNOTATE_SPINLOCK] = { RAISE_SPIN, "KMEMU_SPIN_UNLOCKED" },
	[KMEMU_ANNOTATE_NON_BLOCK] = { RAISE_NON_BLOCK, "KMEMU_NON_BLOCK_EXIT" },
	[KMEMU_ANNOTATE_IGNORE] = { RAISE_IGNORE, "KMEMU_IGNORE_EXIT" },
};

static void leave(enum raise_kind kind, const void *what, const char *func, const void *caller)
{
	if (raise_is_lock(kind))
		release(kind, what, func, caller);
	else
		lower(kind, what, func, caller);
}

KMEMU_EXPORT void kmemu_annotate(int op, const void *what)
{
	unsigned int i = (unsigned int)op & ~(unsigned int)KMEMU_ANNOTATE_EXIT;

	if (i >= ARRAY_SIZE(annotations) || !is_armed())
		return;
	if (op & KMEMU_ANNOTATE_EXIT)
		leave(annotations[i].kind, what, annotations[i].end, CALLER);
	else
		RAISE((u8)annotations[i].kind, what);
}
