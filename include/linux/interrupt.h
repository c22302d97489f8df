/* SPDX-License-Identifier: MIT */
/*
 * <linux/interrupt.h> of Linux 6.12: contexts only. Nothing here raises an
 * interrupt or runs a softirq.
 */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/bottom_half.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/preempt.h>

#endif /* _LINUX_INTERRUPT_H */
