/* SPDX-License-Identifier: MIT */
/*
 * <linux/hardirq.h> of Linux 6.12: what entry code does around a handler. Code
 * between irq_enter() and irq_exit() is a hard interrupt. No softirq is run by
 * irq_exit().
 */
#ifndef LINUX_HARDIRQ_H
#define LINUX_HARDIRQ_H

#include <kmemu/irq.h>
#include <linux/irqflags.h>
#include <linux/percpu.h>
#include <linux/preempt.h>

/* Waits until no handler of it runs; may sleep. */
__kmemu_c void synchronize_irq(unsigned int irq) __kmemu_is(kmemu_synchronize_irq);

/* Waits for the handler alone. False: its thread is at it. */
__kmemu_c bool synchronize_hardirq(unsigned int irq) __kmemu_is(kmemu_synchronize_hardirq);

__kmemu_c void irq_enter(void) __kmemu_is(kmemu_irq_enter);
__kmemu_c void irq_exit(void) __kmemu_is(kmemu_irq_exit);
__kmemu_c void irq_enter_rcu(void) __kmemu_is(kmemu_irq_enter);
__kmemu_c void irq_exit_rcu(void) __kmemu_is(kmemu_irq_exit);
#define __irq_enter() kmemu_irq_enter()
#define __irq_exit() kmemu_irq_exit()
#define __irq_enter_raw() kmemu_irq_enter()
#define __irq_exit_raw() kmemu_irq_exit()
#define nmi_enter() kmemu_nmi_enter()
#define nmi_exit() kmemu_nmi_exit()

#ifndef __cplusplus /* what it brings along there */
#include <linux/jump_label.h>
#endif

#endif /* LINUX_HARDIRQ_H */
