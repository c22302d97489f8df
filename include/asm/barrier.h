/* SPDX-License-Identifier: MIT */
/* <asm/barrier.h> of Linux 6.12: order of memory accesses, by C11's fences. */
#ifndef _ASM_X86_BARRIER_H
#define _ASM_X86_BARRIER_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bug.h>
#include <linux/compiler.h>

#ifndef smp_mb
#define mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_mb() mb()
#define smp_rmb() rmb()
#define smp_wmb() wmb()
#define dma_rmb() rmb()
#define dma_wmb() wmb()
#define smp_mb__before_atomic() barrier()
#define smp_mb__after_atomic() barrier()
#define dma_mb() mb()
#define virt_mb() mb()
#define virt_rmb() rmb()
#define virt_wmb() wmb()
#define nop() barrier()
#define smp_mb__after_spinlock() barrier()
#define smp_mb__after_unlock_lock() barrier()
#define smp_acquire__after_ctrl_dep() rmb()
/* Until the condition is true of VAL, which is what is there. */
#define smp_cond_load_relaxed(ptr, cond_expr)                 \
	({                                                    \
		__typeof__(*(ptr)) VAL;                       \
		while (VAL = READ_ONCE(*(ptr)), !(cond_expr)) \
			cpu_relax();                          \
		VAL;                                          \
	})
#define smp_cond_load_acquire(ptr, cond_expr)                              \
	({                                                                 \
		__typeof__(*(ptr)) ___v = smp_cond_load_relaxed(ptr, cond_expr); \
		rmb();                                                     \
		___v;                                                      \
	})
#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_store_mb(var, value)        \
	do {                            \
		WRITE_ONCE(var, value); \
		smp_mb();               \
	} while (0)
#endif

#endif /* __cplusplus */

#endif /* _ASM_X86_BARRIER_H */
