/* SPDX-License-Identifier: MIT */
/*
 * <linux/sched/mm.h> of Linux 6.12, as far as allocations need it: scopes in
 * which every allocation of this thread loses flags, and might_alloc().
 */
#ifndef _LINUX_SCHED_MM_H
#define _LINUX_SCHED_MM_H

#include <linux/gfp.h>
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

#define might_alloc(flags) might_sleep_if(gfpflags_allow_blocking(flags))

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

#endif /* _LINUX_SCHED_MM_H */
