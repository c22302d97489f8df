/* SPDX-License-Identifier: MIT */
/* <linux/bottom_half.h> of Linux 6.12. */
#ifndef _LINUX_BH_H
#define _LINUX_BH_H

#include <linux/instruction_pointer.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>

#define local_bh_disable() kmemu_local_bh_disable()
#define local_bh_enable() kmemu_local_bh_enable()
#define _local_bh_enable() kmemu_local_bh_enable()
#define local_bh_enable_ip(ip) ((void)(ip), kmemu_local_bh_enable())

#endif /* _LINUX_BH_H */
