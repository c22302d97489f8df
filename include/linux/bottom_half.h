/* SPDX-License-Identifier: MIT */
/* <linux/bottom_half.h> of Linux 6.12. */
#ifndef _LINUX_BH_H
#define _LINUX_BH_H

#include <linux/instruction_pointer.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>

__kmemu_c void local_bh_disable(void) __kmemu_is(kmemu_local_bh_disable);
__kmemu_c void local_bh_enable(void) __kmemu_is(kmemu_local_bh_enable);
__kmemu_c void _local_bh_enable(void) __kmemu_is(kmemu_local_bh_enable);

static __always_inline void local_bh_enable_ip(unsigned long ip)
{
	(void)ip;
	kmemu_local_bh_enable();
}

#endif /* _LINUX_BH_H */
