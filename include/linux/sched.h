/* SPDX-License-Identifier: MIT */
/*
 * <linux/sched.h> of Linux 6.12, as far as allocations need it: the bits of
 * current->flags. libc may read the system's through this one.
 */
#ifndef _KMEMU_LINUX_SCHED_H
#define _KMEMU_LINUX_SCHED_H

#include_next <linux/sched.h>

#include <kmemu/context.h>
#include <linux/kernel.h>
#include <linux/preempt.h>

#define PF_MEMALLOC KMEMU_PF_MEMALLOC
#define PF_MEMALLOC_NOFS KMEMU_PF_MEMALLOC_NOFS
#define PF_MEMALLOC_NOIO KMEMU_PF_MEMALLOC_NOIO
#define PF_MEMALLOC_PIN KMEMU_PF_MEMALLOC_PIN

#endif /* _KMEMU_LINUX_SCHED_H */
