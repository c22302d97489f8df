/* SPDX-License-Identifier: MIT */
/* <linux/rcupdate_wait.h> of Linux 6.12: cond_resched_rcu_qs() has become cond_resched(). */
#ifndef _LINUX_SCHED_RCUPDATE_WAIT_H
#define _LINUX_SCHED_RCUPDATE_WAIT_H

#include <linux/completion.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/wait.h>


#endif /* _LINUX_SCHED_RCUPDATE_WAIT_H */
