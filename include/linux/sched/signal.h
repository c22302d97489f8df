/* SPDX-License-Identifier: MIT */
/* <linux/sched/signal.h> of Linux 6.12: what there is of it is in <linux/sched.h>. */
#ifndef _LINUX_SCHED_SIGNAL_H
#define _LINUX_SCHED_SIGNAL_H

#include <linux/hrtimer.h>
#include <linux/ratelimit.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#endif /* _LINUX_SCHED_SIGNAL_H */
