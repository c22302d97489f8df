/* SPDX-License-Identifier: MIT */
/*
 * smp.h - functions called on other CPUs (kernel: include/linux/smp.h, kernel/smp.c).
 * <linux/smp.h> is thin names over these.
 *
 * Each CPU that is called has a thread from then on, "swapper/N", which is what the
 * call interrupts: the function runs there in hard interrupt context, and
 * smp_processor_id() is N. On the caller's own CPU it is called directly, with
 * interrupts off, as in the kernel.
 */
#ifndef KMEMU_SMP_H
#define KMEMU_SMP_H

#include "types.h"
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*kmemu_smp_call_func_t)(void *info);

/* Kernel: call_single_data_t. All 0 but func and info is one that is not queued. */
struct kmemu_call_single_data {
	struct kmemu_call_single_data *next;
	unsigned int flags; /* private */
	kmemu_smp_call_func_t func;
	void *info;
};

/*
 * On one CPU: 0, or -ENXIO when there is none of that number; wait: until it has run.
 * With interrupts off or in an interrupt it is a WARN, since two CPUs could wait for
 * each other. _async: any context, csd stays the callee's until func is called; -EBUSY:
 * it is queued already.
 */
int kmemu_smp_call_function_single(int cpu, kmemu_smp_call_func_t func, void *info, int wait);
int kmemu_smp_call_function_single_async(int cpu, struct kmemu_call_single_data *csd);

/*
 * On all CPUs of mask (NULL: all) for which cond (NULL: any) answers true. self: on the
 * caller's, too, after the others were sent theirs (kernel: SCF_RUN_LOCAL).
 */
void kmemu_smp_call_function_many(bool (*cond)(int cpu, void *info), kmemu_smp_call_func_t func,
				  void *info, int wait, const unsigned long *mask, int self);

#ifdef __cplusplus
}
#endif

#endif /* KMEMU_SMP_H */
