/* SPDX-License-Identifier: MIT */
/*
 * <linux/refcount.h> of Linux 6.12: a count that stays at its saturation value once it
 * went wrong, with the kernel's words: from 0 upwards, below 0, or too many.
 */
#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }
#define REFCOUNT_MAX INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)

static __always_inline void refcount_set(refcount_t *r, int n)
{
	atomic_set(&r->refs, n);
}

static __always_inline unsigned int refcount_read(const refcount_t *r)
{
	return (unsigned int)atomic_read(&r->refs);
}

enum __refcount_wrong { __REFCOUNT_OVF, __REFCOUNT_ADD_UAF, __REFCOUNT_SUB_UAF, __REFCOUNT_LEAK };

/* Each is told once in a file. */
static __always_inline void __refcount_saturate(refcount_t *r, enum __refcount_wrong what)
{
	refcount_set(r, REFCOUNT_SATURATED);
	WARN_ONCE(what == __REFCOUNT_OVF, "refcount_t: saturated; leaking memory.\n");
	WARN_ONCE(what == __REFCOUNT_ADD_UAF, "refcount_t: addition on 0; use-after-free.\n");
	WARN_ONCE(what == __REFCOUNT_SUB_UAF, "refcount_t: underflow; use-after-free.\n");
	WARN_ONCE(what == __REFCOUNT_LEAK, "refcount_t: decrement hit 0; leaking memory.\n");
}

static __always_inline void refcount_add(int i, refcount_t *r)
{
	int was = atomic_fetch_add(i, &r->refs);

	if (unlikely(!was))
		__refcount_saturate(r, __REFCOUNT_ADD_UAF);
	else if (unlikely(was < 0 || was > INT_MAX - i))
		__refcount_saturate(r, __REFCOUNT_OVF);
}

static __always_inline void refcount_inc(refcount_t *r)
{
	refcount_add(1, r);
}

static __always_inline __must_check bool refcount_add_not_zero(int i, refcount_t *r)
{
	int was = atomic_read(&r->refs);

	while (was &&
	       !atomic_try_cmpxchg(&r->refs, &was, (int)((unsigned int)was + (unsigned int)i)))
		;
	if (unlikely(was < 0 || was > INT_MAX - i))
		__refcount_saturate(r, __REFCOUNT_OVF);
	return was != 0;
}

static __always_inline __must_check bool refcount_inc_not_zero(refcount_t *r)
{
	return refcount_add_not_zero(1, r);
}

static __always_inline __must_check bool refcount_sub_and_test(int i, refcount_t *r)
{
	int was = atomic_fetch_sub(i, &r->refs);

	if (was == i && i > 0)
		return true;
	if (unlikely(was <= 0 || was < i))
		__refcount_saturate(r, __REFCOUNT_SUB_UAF);
	return false;
}

static __always_inline __must_check bool refcount_dec_and_test(refcount_t *r)
{
	return refcount_sub_and_test(1, r);
}

static __always_inline void refcount_dec(refcount_t *r)
{
	if (unlikely(atomic_fetch_sub(1, &r->refs) <= 1))
		__refcount_saturate(r, __REFCOUNT_LEAK);
}

static __always_inline __must_check bool refcount_dec_if_one(refcount_t *r)
{
	int one = 1;

	return atomic_try_cmpxchg(&r->refs, &one, 0);
}

/* What is saturated or 0 stays, and is said to be not one. */
static __always_inline __must_check bool refcount_dec_not_one(refcount_t *r)
{
	int was = atomic_read(&r->refs);

	do {
		if (unlikely(was == REFCOUNT_SATURATED))
			return true;
		if (was == 1)
			return false;
		if (WARN_ONCE(!was, "refcount_t: underflow; use-after-free.\n"))
			return true;
	} while (!atomic_try_cmpxchg(&r->refs, &was, was - 1));
	return true;
}

/* True: it is 0 now, and the lock is held. */
static __always_inline __must_check bool refcount_dec_and_mutex_lock(refcount_t *r,
								     struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	mutex_unlock(lock);
	return false;
}

static __always_inline __must_check bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	if (refcount_dec_and_test(r))
		return true;
	spin_unlock(lock);
	return false;
}

/* The same, and what it was. */
static __always_inline void __refcount_add(int i, refcount_t *r, int *oldp)
{
	int was = atomic_fetch_add(i, &r->refs);

	if (oldp)
		*oldp = was;
	if (unlikely(!was))
		__refcount_saturate(r, __REFCOUNT_ADD_UAF);
	else if (unlikely(was < 0 || was > INT_MAX - i))
		__refcount_saturate(r, __REFCOUNT_OVF);
}

static __always_inline void __refcount_inc(refcount_t *r, int *oldp)
{
	__refcount_add(1, r, oldp);
}

static __always_inline __must_check bool __refcount_add_not_zero(int i, refcount_t *r, int *oldp)
{
	int was = atomic_read(&r->refs);

	while (was &&
	       !atomic_try_cmpxchg(&r->refs, &was, (int)((unsigned int)was + (unsigned int)i)))
		;
	if (oldp)
		*oldp = was;
	if (unlikely(was < 0 || was > INT_MAX - i))
		__refcount_saturate(r, __REFCOUNT_OVF);
	return was != 0;
}

static __always_inline __must_check bool __refcount_inc_not_zero(refcount_t *r, int *oldp)
{
	return __refcount_add_not_zero(1, r, oldp);
}

static __always_inline __must_check bool __refcount_sub_and_test(int i, refcount_t *r, int *oldp)
{
	int was = atomic_fetch_sub(i, &r->refs);

	if (oldp)
		*oldp = was;
	if (was == i && i > 0)
		return true;
	if (unlikely(was <= 0 || was < i))
		__refcount_saturate(r, __REFCOUNT_SUB_UAF);
	return false;
}

static __always_inline __must_check bool __refcount_dec_and_test(refcount_t *r, int *oldp)
{
	return __refcount_sub_and_test(1, r, oldp);
}

static __always_inline void __refcount_dec(refcount_t *r, int *oldp)
{
	int was = atomic_fetch_sub(1, &r->refs);

	if (oldp)
		*oldp = was;
	if (unlikely(was <= 1))
		__refcount_saturate(r, __REFCOUNT_LEAK);
}

static __always_inline __must_check bool
refcount_dec_and_lock_irqsave(refcount_t *r, spinlock_t *lock, unsigned long *flags)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock_irqsave(lock, *flags);
	if (refcount_dec_and_test(r))
		return true;
	spin_unlock_irqrestore(lock, *flags);
	return false;
}

#endif /* __cplusplus */

#endif /* _LINUX_REFCOUNT_H */
