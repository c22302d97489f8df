/* SPDX-License-Identifier: MIT */
/*
 * <linux/sched/mm.h> of Linux 6.12, as far as allocations need it: scopes in
 * which every allocation of this thread loses flags, and might_alloc().
 */
#ifndef _LINUX_SCHED_MM_H
#define _LINUX_SCHED_MM_H

#include <kmemu/pgtable.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/sched.h>

/* What the page allocator makes of flags in this thread. */
static __always_inline gfp_t current_gfp_context(gfp_t flags)
{
	unsigned int pflags = kmemu_current_flags();

	if (pflags & PF_MEMALLOC_NOIO)
		flags &= ~(__GFP_IO | __GFP_FS);
	else if (pflags & PF_MEMALLOC_NOFS)
		flags &= ~__GFP_FS;
	return pflags & PF_MEMALLOC_PIN ? flags & ~__GFP_MOVABLE : flags;
}

static __always_inline void might_alloc(gfp_t flags)
{
	if (gfpflags_allow_blocking(flags))
		kmemu_might_sleep_in("might_alloc");
}

__kmemu_c unsigned int memalloc_flags_save(unsigned int flags)
	__kmemu_is(kmemu_memalloc_flags_save);
__kmemu_c void memalloc_flags_restore(unsigned int flags)
	__kmemu_is(kmemu_memalloc_flags_restore);

static __always_inline unsigned int memalloc_noio_save(void)
{
	return kmemu_memalloc_flags_save(PF_MEMALLOC_NOIO);
}

__kmemu_c void memalloc_noio_restore(unsigned int flags) __kmemu_is(kmemu_memalloc_flags_restore);

static __always_inline unsigned int memalloc_nofs_save(void)
{
	return kmemu_memalloc_flags_save(PF_MEMALLOC_NOFS);
}

__kmemu_c void memalloc_nofs_restore(unsigned int flags) __kmemu_is(kmemu_memalloc_flags_restore);

static __always_inline unsigned int memalloc_noreclaim_save(void)
{
	return kmemu_memalloc_flags_save(PF_MEMALLOC);
}

__kmemu_c void memalloc_noreclaim_restore(unsigned int flags)
	__kmemu_is(kmemu_memalloc_flags_restore);

static __always_inline unsigned int memalloc_pin_save(void)
{
	return kmemu_memalloc_flags_save(PF_MEMALLOC_PIN);
}

__kmemu_c void memalloc_pin_restore(unsigned int flags) __kmemu_is(kmemu_memalloc_flags_restore);

#ifndef __cplusplus

/* Reclaim is entered, for lockdep, which keeps no order here. */
static inline void fs_reclaim_acquire(gfp_t gfp_mask)
{
	(void)gfp_mask;
}

static inline void fs_reclaim_release(gfp_t gfp_mask)
{
	(void)gfp_mask;
}

/* A pause before an allocation is tried again. */
static __always_inline void memalloc_retry_wait(gfp_t gfp_flags)
{
	__set_current_state(TASK_UNINTERRUPTIBLE);
	gfp_flags = current_gfp_context(gfp_flags);
	if (gfpflags_allow_blocking(gfp_flags) && !(gfp_flags & __GFP_NORETRY))
		io_schedule_timeout(1);
	else
		io_schedule_timeout(HZ / 50);
}

struct mem_cgroup;
static inline struct mem_cgroup *set_active_memcg(struct mem_cgroup *memcg)
{
	(void)memcg;
	return NULL;
}

/* --- the program's memory, counted and never freed; and mms of mm_alloc() */

__kmemu_c struct mm_struct *mm_alloc(void) __kmemu_is(kmemu_mm_alloc);

static inline void mmgrab(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_count);
}

static __always_inline void mmdrop(struct mm_struct *mm)
{
	int left = atomic_dec_return(&mm->mm_count);

	if (mm == &kmemu_mm || mm == &kmemu_init_mm || left < 0)
		WARN_ON_ONCE(left < 1);
	else if (!left)
		kmemu_mm_free(mm);
}

static inline void mmget(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_users);
}

static inline bool mmget_not_zero(struct mm_struct *mm)
{
	return atomic_inc_not_zero(&mm->mm_users);
}

static __always_inline void mmput_async(struct mm_struct *mm)
{
	int left = atomic_dec_return(&mm->mm_users);

	if (mm == &kmemu_mm || mm == &kmemu_init_mm || left < 0)
		WARN_ON_ONCE(left < 1);
	else if (!left)
		mmdrop(mm);
}

static __always_inline void mmput(struct mm_struct *mm)
{
	might_sleep();
	mmput_async(mm);
}

/* NULL: a kthread's, whatever it uses. */
static inline struct mm_struct *get_task_mm(struct task_struct *task)
{
	struct mm_struct *mm = task->flags & PF_KTHREAD ? NULL : task->mm;

	if (mm)
		mmget(mm);
	return mm;
}

static __always_inline void mmgrab_lazy_tlb(struct mm_struct *mm)
{
	mmgrab(mm);
}

static __always_inline void mmdrop_lazy_tlb(struct mm_struct *mm)
{
	mmdrop(mm);
}

static __always_inline void mmdrop_sched(struct mm_struct *mm)
{
	mmdrop(mm);
}

/* Threads here are of one program, which may look at itself. -ESRCH: a kthread. */
static __always_inline struct mm_struct *mm_access(struct task_struct *task, unsigned int mode)
{
	struct mm_struct *mm = get_task_mm(task);

	(void)mode;
	might_sleep();
	return mm ? mm : (struct mm_struct *)ERR_PTR(-ESRCH);
}

/* As without CONFIG_MEMCG, and without CONFIG_MEMBARRIER: the system's see to both. */

static inline void mm_update_next_owner(struct mm_struct *mm)
{
	(void)mm;
}

static inline void membarrier_exec_mmap(struct mm_struct *mm)
{
	(void)mm;
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/percpu_counter.h>
#endif

#endif /* _LINUX_SCHED_MM_H */
