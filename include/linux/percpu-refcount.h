/* SPDX-License-Identifier: MIT */
/*
 * <linux/percpu-refcount.h> of Linux 6.12: references that are counted at each CPU until
 * they are killed. Here it is one count from the start, with the same rules: the first
 * reference is the maker's, kill drops it, and release is called at 0, in the context of
 * the last put. exit frees what init took.
 */
#ifndef _LINUX_PERCPU_REFCOUNT_H
#define _LINUX_PERCPU_REFCOUNT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/wait.h>

struct percpu_ref;
typedef void (percpu_ref_func_t)(struct percpu_ref *);

enum {
	PERCPU_REF_INIT_ATOMIC = 1 << 0,
	PERCPU_REF_INIT_DEAD = 1 << 1,
	PERCPU_REF_ALLOW_REINIT = 1 << 2,
};

struct percpu_ref {
	atomic_long_t count;
	bool dead;
	unsigned long __percpu *percpu_count_ptr; /* its memory is what init may fail for */
	percpu_ref_func_t *release;
};

static __always_inline int __must_check percpu_ref_init(struct percpu_ref *ref,
							percpu_ref_func_t *release,
							unsigned int flags, gfp_t gfp)
{
	ref->percpu_count_ptr = alloc_percpu_gfp(unsigned long, gfp);
	if (!ref->percpu_count_ptr)
		return -ENOMEM;
	ref->dead = flags & PERCPU_REF_INIT_DEAD;
	atomic_long_set(&ref->count, ref->dead ? 0 : 1);
	ref->release = release;
	return 0;
}

static __always_inline void percpu_ref_exit(struct percpu_ref *ref)
{
	free_percpu(ref->percpu_count_ptr);
	ref->percpu_count_ptr = NULL;
	ref->dead = true;
}

static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)
{
	atomic_long_add((long)nr, &ref->count);
}

static inline bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long nr)
{
	return atomic_long_add_unless(&ref->count, (long)nr, 0);
}

static __always_inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{
	long left = atomic_long_sub_return((long)nr, &ref->count);

	WARN_ONCE(left < 0, "percpu ref (%ps) <= 0 (%ld) after switching to atomic",
		  ref->release, left);
	if (!left)
		ref->release(ref);
}

static __always_inline void percpu_ref_get(struct percpu_ref *ref)
{
	percpu_ref_get_many(ref, 1);
}

static __always_inline bool percpu_ref_tryget(struct percpu_ref *ref)
{
	return percpu_ref_tryget_many(ref, 1);
}

static inline bool percpu_ref_is_dying(struct percpu_ref *ref)
{
	return READ_ONCE(ref->dead);
}

static __always_inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	return !percpu_ref_is_dying(ref) && percpu_ref_tryget(ref);
}

static __always_inline bool percpu_ref_tryget_live_rcu(struct percpu_ref *ref)
{
	return percpu_ref_tryget_live(ref);
}

static __always_inline void percpu_ref_put(struct percpu_ref *ref)
{
	percpu_ref_put_many(ref, 1);
}

static inline bool percpu_ref_is_zero(struct percpu_ref *ref)
{
	return !atomic_long_read(&ref->count);
}

/* confirm is called once nobody counts at a CPU any more, which is at once. */
static __always_inline void percpu_ref_kill_and_confirm(struct percpu_ref *ref,
							percpu_ref_func_t *confirm_kill)
{
	WARN_ONCE(percpu_ref_is_dying(ref), "%s called more than once on %ps!", __func__,
		  ref->release);
	WRITE_ONCE(ref->dead, true);
	if (confirm_kill)
		confirm_kill(ref);
	percpu_ref_put(ref);
}

static __always_inline void percpu_ref_kill(struct percpu_ref *ref)
{
	percpu_ref_kill_and_confirm(ref, NULL);
}

static __always_inline void percpu_ref_resurrect(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_dying(ref));
	percpu_ref_get(ref);
	WRITE_ONCE(ref->dead, false);
}

static __always_inline void percpu_ref_reinit(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_zero(ref));
	percpu_ref_resurrect(ref);
}

/* It is atomic at all times: who waits for the switch is told at once. */
static __always_inline void percpu_ref_switch_to_atomic(struct percpu_ref *ref,
							percpu_ref_func_t *confirm)
{
	if (confirm)
		confirm(ref);
}

static __always_inline void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref)
{
	(void)ref;
	might_sleep();
}

static __always_inline void percpu_ref_switch_to_percpu(struct percpu_ref *ref)
{
	(void)ref;
	might_sleep();
}

#endif /* __cplusplus */

#endif /* _LINUX_PERCPU_REFCOUNT_H */
