/* SPDX-License-Identifier: MIT */
/*
 * <linux/seqlock.h> of Linux 6.12: readers that look again when a writer came between.
 * A writer of a seqcount_t may not be preempted, so preemption is off for it, but where
 * the lock that goes with it is one that sleeps.
 */
#ifndef __LINUX_SEQLOCK_H
#define __LINUX_SEQLOCK_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <asm/processor.h>
#include <linux/compiler.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

typedef struct seqcount {
	unsigned int sequence; /* odd: a writer is in */
} seqcount_t;

#define SEQCNT_ZERO(name) { 0 }
#define seqcount_init(s) ((void)((s)->sequence = 0))

/* Counts that say which lock their writers hold. */
#define __KMEMU_SEQCOUNT(lockname, locktype)                                     \
	typedef struct seqcount_##lockname {                                     \
		seqcount_t seqcount;                                             \
		locktype *lock;                                                  \
	} seqcount_##lockname##_t;                                               \
	static inline void seqcount_##lockname##_init(                           \
		seqcount_##lockname##_t *s, locktype *lock)                      \
	{                                                                        \
		s->seqcount.sequence = 0;                                        \
		s->lock = lock;                                                  \
	}
__KMEMU_SEQCOUNT(raw_spinlock, raw_spinlock_t)
__KMEMU_SEQCOUNT(spinlock, spinlock_t)
__KMEMU_SEQCOUNT(rwlock, rwlock_t)
__KMEMU_SEQCOUNT(mutex, struct mutex)
#undef __KMEMU_SEQCOUNT
#define SEQCNT_RAW_SPINLOCK_ZERO(name, lock) { { 0 }, (lock) }
#define SEQCNT_SPINLOCK_ZERO(name, lock) { { 0 }, (lock) }
#define SEQCNT_RWLOCK_ZERO(name, lock) { { 0 }, (lock) }
#define SEQCNT_MUTEX_ZERO(name, lock) { { 0 }, (lock) }

/* The plain count, and what is to hold while one writes. */
static inline seqcount_t *__kmemu_seqcount(void *s)
{
	return (seqcount_t *)s;
}
#define __kmemu_seq_is(s, type) __builtin_types_compatible_p(__typeof__(*(s)), type)
#define __kmemu_seq_preempts(s) __kmemu_seq_is(s, seqcount_mutex_t)
#define __kmemu_seq_assert(s)                                                      \
	do {                                                                       \
		seqcount_spinlock_t *__kmemu_s = (void *)(s);                      \
		if (__kmemu_seq_is(s, seqcount_spinlock_t))                        \
			lockdep_assert_held(__kmemu_s->lock);                      \
		else if (__kmemu_seq_is(s, seqcount_raw_spinlock_t))               \
			lockdep_assert_held((raw_spinlock_t *)__kmemu_s->lock);    \
		else if (__kmemu_seq_is(s, seqcount_rwlock_t))                     \
			lockdep_assert_held((rwlock_t *)__kmemu_s->lock);          \
		else if (__kmemu_seq_is(s, seqcount_mutex_t))                      \
			lockdep_assert_held((struct mutex *)__kmemu_s->lock);      \
		else if (__kmemu_seq_is(s, seqcount_t))                            \
			lockdep_assert_preemption_disabled();                      \
	} while (0)

/* --- readers: any context */

static inline unsigned int __kmemu_seq_begin(const seqcount_t *s)
{
	unsigned int seq;

	while ((seq = __atomic_load_n(&s->sequence, __ATOMIC_ACQUIRE)) & 1)
		cpu_relax();
	return seq;
}

static inline int __kmemu_seq_retry(const seqcount_t *s, unsigned int start)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&s->sequence, __ATOMIC_RELAXED) != start;
}

#define read_seqcount_begin(s) __kmemu_seq_begin(__kmemu_seqcount((void *)(s)))
#define __read_seqcount_begin(s) read_seqcount_begin(s)
#define raw_read_seqcount_begin(s) read_seqcount_begin(s)
#define raw_read_seqcount(s)                                                               \
	__extension__({                                                                    \
		__atomic_load_n(&__kmemu_seqcount((void *)(s))->sequence, __ATOMIC_ACQUIRE); \
	})
#define raw_seqcount_begin(s) __extension__({ raw_read_seqcount(s) & ~1u; })
#define read_seqcount_retry(s, start) __kmemu_seq_retry(__kmemu_seqcount((void *)(s)), start)
#define __read_seqcount_retry(s, start) read_seqcount_retry(s, start)
#define seqprop_sequence(s) READ_ONCE(__kmemu_seqcount((void *)(s))->sequence)

/* --- writers: one at a time, which is the caller's business */

static inline void __kmemu_seq_write_begin(seqcount_t *s)
{
	__atomic_store_n(&s->sequence, s->sequence + 1, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void __kmemu_seq_write_end(seqcount_t *s)
{
	__atomic_store_n(&s->sequence, s->sequence + 1, __ATOMIC_RELEASE);
}

#define raw_write_seqcount_begin(s)                                     \
	do {                                                            \
		if (__kmemu_seq_preempts(s))                            \
			preempt_disable();                              \
		__kmemu_seq_write_begin(__kmemu_seqcount(s));           \
	} while (0)
#define raw_write_seqcount_end(s)                                       \
	do {                                                            \
		__kmemu_seq_write_end(__kmemu_seqcount(s));             \
		if (__kmemu_seq_preempts(s))                            \
			preempt_enable();                               \
	} while (0)
#define write_seqcount_begin(s)                  \
	do {                                     \
		__kmemu_seq_assert(s);           \
		raw_write_seqcount_begin(s);     \
	} while (0)
#define write_seqcount_begin_nested(s, subclass) write_seqcount_begin(s)
#define write_seqcount_end(s) raw_write_seqcount_end(s)
#define raw_write_seqcount_barrier(s)                             \
	do {                                                      \
		__kmemu_seq_write_begin(__kmemu_seqcount(s));     \
		__kmemu_seq_write_end(__kmemu_seqcount(s));       \
	} while (0)
/* Readers that began before look again. */
#define write_seqcount_invalidate(s)                                        \
	((void)__atomic_fetch_add(&__kmemu_seqcount(s)->sequence, 2, __ATOMIC_SEQ_CST))

/* --- a count with its spinlock */

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#define __SEQLOCK_UNLOCKED(lockname) { { 0 }, __SPIN_LOCK_UNLOCKED(lockname) }
#define DEFINE_SEQLOCK(sl) seqlock_t sl = __SEQLOCK_UNLOCKED(sl)
#define seqlock_init(sl)                       \
	do {                                   \
		spin_lock_init(&(sl)->lock);   \
		seqcount_init(&(sl)->seqcount); \
	} while (0)

static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return __kmemu_seq_begin(&sl->seqcount);
}

static inline unsigned int read_seqretry(const seqlock_t *sl, unsigned int start)
{
	return (unsigned int)__kmemu_seq_retry(&sl->seqcount, start);
}

/* write_seqlock_X(), read_seqlock_excl_X() and their ends: the lock's X, and the count. */
#define __KMEMU_SEQLOCK(suffix)                                               \
	static __always_inline void write_seqlock##suffix(seqlock_t *sl)      \
	{                                                                     \
		spin_lock##suffix(&sl->lock);                                 \
		__kmemu_seq_write_begin(&sl->seqcount);                       \
	}                                                                     \
	static __always_inline void write_sequnlock##suffix(seqlock_t *sl)    \
	{                                                                     \
		__kmemu_seq_write_end(&sl->seqcount);                         \
		spin_unlock##suffix(&sl->lock);                               \
	}                                                                     \
	static __always_inline void read_seqlock_excl##suffix(seqlock_t *sl)  \
	{                                                                     \
		spin_lock##suffix(&sl->lock);                                 \
	}                                                                     \
	static __always_inline void read_sequnlock_excl##suffix(seqlock_t *sl) \
	{                                                                     \
		spin_unlock##suffix(&sl->lock);                               \
	}
__KMEMU_SEQLOCK()
__KMEMU_SEQLOCK(_bh)
__KMEMU_SEQLOCK(_irq)
#undef __KMEMU_SEQLOCK

#define write_seqlock_irqsave(sl, flags)                         \
	do {                                                     \
		spin_lock_irqsave(&(sl)->lock, flags);           \
		__kmemu_seq_write_begin(&(sl)->seqcount);        \
	} while (0)
static __always_inline void write_sequnlock_irqrestore(seqlock_t *sl, unsigned long flags)
{
	__kmemu_seq_write_end(&sl->seqcount);
	spin_unlock_irqrestore(&sl->lock, flags);
}
#define read_seqlock_excl_irqsave(sl, flags) spin_lock_irqsave(&(sl)->lock, flags)

static __always_inline void read_sequnlock_excl_irqrestore(seqlock_t *sl, unsigned long flags)
{
	spin_unlock_irqrestore(&sl->lock, flags);
}

/*
 * Two copies, of which the one is whole while the other is written: readers take copy
 * seq & 1, so they may interrupt the writer. write: twice, each before a copy is changed.
 */
typedef struct {
	seqcount_t seqcount;
} seqcount_latch_t;

#define SEQCNT_LATCH_ZERO(name) { .seqcount = SEQCNT_ZERO((name).seqcount) }
#define seqcount_latch_init(s) seqcount_init(&(s)->seqcount)

static __always_inline unsigned int raw_read_seqcount_latch(const seqcount_latch_t *s)
{
	return smp_load_acquire(&s->seqcount.sequence);
}

static __always_inline int raw_read_seqcount_latch_retry(const seqcount_latch_t *s,
							 unsigned int start)
{
	smp_rmb();
	return READ_ONCE(s->seqcount.sequence) != start;
}

static __always_inline void raw_write_seqcount_latch(seqcount_latch_t *s)
{
	smp_wmb();
	WRITE_ONCE(s->seqcount.sequence, s->seqcount.sequence + 1);
	smp_wmb();
}

static __always_inline unsigned read_seqcount_latch(const seqcount_latch_t *s)
{
	return raw_read_seqcount_latch(s);
}

static __always_inline int read_seqcount_latch_retry(const seqcount_latch_t *s, unsigned start)
{
	return raw_read_seqcount_latch_retry(s, start);
}

static __always_inline void write_seqcount_latch_begin(seqcount_latch_t *s)
{
	raw_write_seqcount_latch(s);
}

static __always_inline void write_seqcount_latch(seqcount_latch_t *s)
{
	raw_write_seqcount_latch(s);
}

static __always_inline void write_seqcount_latch_end(seqcount_latch_t *s)
{
	(void)s;
}

/* First without the lock (*seq even), the second time with it (odd). */
static __always_inline void read_seqbegin_or_lock(seqlock_t *lock, int *seq)
{
	if (*seq & 1)
		read_seqlock_excl(lock);
	else
		*seq = (int)read_seqbegin(lock);
}

static inline int need_seqretry(seqlock_t *lock, int seq)
{
	return !(seq & 1) && read_seqretry(lock, (unsigned int)seq);
}

static __always_inline void done_seqretry(seqlock_t *lock, int seq)
{
	if (seq & 1)
		read_sequnlock_excl(lock);
}

#endif /* __cplusplus */

#endif /* __LINUX_SEQLOCK_H */
