/* SPDX-License-Identifier: MIT */
/* <linux/kref.h> of Linux 6.12: a count in an object that ends with its last user. */
#ifndef _KREF_H_
#define _KREF_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/refcount.h>
#include <linux/spinlock.h>

#define KREF_INIT(n) { .refcount = REFCOUNT_INIT(n) }

static __always_inline void kref_init(struct kref *kref)
{
	refcount_set(&kref->refcount, 1);
}

static __always_inline unsigned int kref_read(const struct kref *kref)
{
	return refcount_read(&kref->refcount);
}

static __always_inline void kref_get(struct kref *kref)
{
	refcount_inc(&kref->refcount);
}

static __always_inline int __must_check kref_get_unless_zero(struct kref *kref)
{
	return refcount_inc_not_zero(&kref->refcount);
}

/* 1: it was the last, and release was called. */
static __always_inline int kref_put(struct kref *kref, void (*release)(struct kref *kref))
{
	if (!refcount_dec_and_test(&kref->refcount))
		return 0;
	release(kref);
	return 1;
}

/* release is called with the lock held. */
static __always_inline int kref_put_mutex(struct kref *kref, void (*release)(struct kref *kref),
				 struct mutex *lock)
{
	if (!refcount_dec_and_mutex_lock(&kref->refcount, lock))
		return 0;
	release(kref);
	return 1;
}

static __always_inline int kref_put_lock(struct kref *kref, void (*release)(struct kref *kref),
				spinlock_t *lock)
{
	if (!refcount_dec_and_lock(&kref->refcount, lock))
		return 0;
	release(kref);
	return 1;
}

#endif /* __cplusplus */

#endif /* _KREF_H_ */
