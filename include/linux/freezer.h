/* SPDX-License-Identifier: MIT */
/* <linux/freezer.h> of Linux 6.12 as without CONFIG_FREEZER: nothing is ever frozen. */
#ifndef FREEZER_H_INCLUDED
#define FREEZER_H_INCLUDED

#include <linux/sched.h>
#include <linux/types.h>
#include <linux/wait.h>

static inline bool freezing(struct task_struct *p)
{
	(void)p;
	return false;
}

static inline bool frozen(struct task_struct *p)
{
	(void)p;
	return false;
}

static inline bool try_to_freeze(void)
{
	return false;
}

static inline bool set_freezable(void)
{
	return false;
}

#endif /* FREEZER_H_INCLUDED */
