/* SPDX-License-Identifier: MIT */
/* <linux/irqreturn.h> of Linux 6.12. */
#ifndef _LINUX_IRQRETURN_H
#define _LINUX_IRQRETURN_H

/* An int where the kernel has an enum of the same values. */
typedef int irqreturn_t;

#define IRQ_NONE 0
#define IRQ_HANDLED 1
#define IRQ_WAKE_THREAD 2
#define IRQ_RETVAL(x) ((x) ? IRQ_HANDLED : IRQ_NONE)

#endif /* _LINUX_IRQRETURN_H */
