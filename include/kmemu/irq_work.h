/* SPDX-License-Identifier: MIT */
/*
 * irq_work.h - functions that run in hard interrupt context as soon as that can be
 * (kernel: include/linux/irq_work.h, kernel/irq_work.c), for include/linux/irq_work.h.
 */
#ifndef KMEMU_IRQ_WORK_H
#define KMEMU_IRQ_WORK_H

#include "smp.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KMEMU_IRQ_WORK_PENDING 1u
#define KMEMU_IRQ_WORK_BUSY 2u

struct irq_work {
	struct irq_work *next; /* of the thread's list */
	unsigned int flags;
	void (*func)(struct irq_work *work);
	struct kmemu_call_single_data csd; /* while it goes to another CPU */
};

/*
 * Any context, also NMI; true: it was not pending. It runs on the calling thread, at once
 * or when its interrupts are on and no handler runs; queued by its own function it runs
 * once more. on: on that CPU; one that there is not is false. sync: waits until it does
 * not run; may sleep.
 */
bool kmemu_irq_work_queue(struct irq_work *work);
bool kmemu_irq_work_queue_on(struct irq_work *work, int cpu);
void kmemu_irq_work_sync(struct irq_work *work);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_IRQ_WORK_H */
