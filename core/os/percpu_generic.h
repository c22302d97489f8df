/*
 * percpu_generic.h - for processors without sequences of their own in core/os:
 * every inline access misses and the guarded way does the work.
 */
#pragma once

#define PERCPU_HAS_SEQUENCES false
#define TCB_NO_RSEQ	     0

static __always_inline struct percpu_slot *guarded_mine(void)
{
	return percpu_guarded_mine;
}

static inline void guarded_mine_set(struct percpu_slot *slot)
{
	percpu_guarded_mine = slot;
}

static __always_inline void *percpu_pop_at(unsigned long base, unsigned long cls)
{
	(void)base;
	(void)cls;
	return NULL;
}

static __always_inline bool percpu_push_at(unsigned long base, unsigned long cls, void *p)
{
	(void)base;
	(void)cls;
	(void)p;
	return false;
}

static __always_inline bool byte_set_once(unsigned long base, unsigned long index)
{
	u8 *byte = (u8 *)(base + index);

	if (READ_ONCE(*byte))
		return false;
	WRITE_ONCE(*byte, 1);
	return true;
}

static inline unsigned int percpu_rseq_fill(unsigned long cls, u32 base_end, void **p,
					    unsigned int n)
{
	(void)cls;
	(void)base_end;
	(void)p;
	return n & 0;
}

static inline unsigned int percpu_rseq_take(unsigned long cls, void **p, unsigned int n)
{
	(void)cls;
	(void)p;
	return n & 0;
}

static inline u32 percpu_this_slot(void)
{
	return ~0U;
}

/*
 * The guarded way's hits: this thread's guarded slot, if it has one by now and
 * nobody is in it. NULL/false: a miss of any kind.
 */
static __always_inline void *percpu_pop_guarded(unsigned long cls)
{
	struct percpu_slot *slot = guarded_mine();
	void *p;

	if (!slot || unlikely(!slot_trylock(slot)))
		return NULL;
	p = slot_pop(slot, cls);
	slot_unlock(slot);
	return p;
}

static __always_inline bool percpu_push_guarded(unsigned long cls, void *p)
{
	struct percpu_slot *slot = guarded_mine();
	bool done;

	if (!slot || unlikely(!slot_trylock(slot)))
		return false;
	done = slot_push(slot, cls, p);
	slot_unlock(slot);
	return done;
}
