/* SPDX-License-Identifier: MIT */
/* <linux/sched/signal.h> of Linux 6.12: what there is of it is in <linux/sched.h>. */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>
#include <linux/timekeeping.h>

#endif /* _LINUX_SCHED_SIGNAL_H */
