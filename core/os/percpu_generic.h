/*
 * percpu_generic.h - for processors without sequences of their own in core/os:
 * every inline access misses and the guarded way does the work.
 */
#pragma once

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
