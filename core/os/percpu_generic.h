/*
 * percpu_generic.h - for processors without sequences of their own in core/os:
 * every inline access misses and the guarded way does the work.
 */
#pragma once

#define TCB_NO_RSEQ 0

extern __thread struct percpu_slot *percpu_guarded_mine __initial_exec;

static __always_inline struct percpu_slot *guarded_mine(void)
{
	return percpu_guarded_mine;
}

static inline void guarded_mine_set(struct percpu_slot *slot)
{
	percpu_guarded_mine = slot;
}

static __always_inline void *percpu_pop(unsigned int cls)
{
	(void)cls;
	return NULL;
}

static __always_inline bool percpu_push(unsigned int cls, void *p)
{
	(void)cls;
	(void)p;
	return false;
}

static inline unsigned int percpu_rseq_fill(unsigned int cls, u32 base_end, void **p, unsigned int n)
{
	(void)cls;
	(void)base_end;
	(void)p;
	return n & 0;
}

static inline unsigned int percpu_rseq_take(unsigned int cls, void **p, unsigned int n)
{
	(void)cls;
	(void)p;
	return n & 0;
}

static inline u32 percpu_this_slot(void)
{
	return ~0U;
}
