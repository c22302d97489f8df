/* SPDX-License-Identifier: MIT */
/* <linux/irqreturn.h> of Linux 6.12. */
#ifndef _LINUX_IRQRETURN_H
#define _LINUX_IRQRETURN_H

#ifdef __cplusplus
/* An int, which is what | of two gives. */
typedef int irqreturn_t;

#define IRQ_NONE 0
#define IRQ_HANDLED 1
#define IRQ_WAKE_THREAD 2
#else
enum irqreturn {
	IRQ_NONE = 0 << 0,
	IRQ_HANDLED = 1 << 0,
	IRQ_WAKE_THREAD = 1 << 1,
};
typedef enum irqreturn irqreturn_t;
#endif

#define IRQ_RETVAL(x) ((x) ? IRQ_HANDLED : IRQ_NONE)

#endif /* _LINUX_IRQRETURN_H */
