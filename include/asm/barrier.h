/* SPDX-License-Identifier: MIT */
/* <asm/barrier.h> of Linux 6.12, by the compiler's fences. */
#ifndef _ASM_X86_BARRIER_H
#define _ASM_X86_BARRIER_H

#include <linux/compiler.h>

#define mb() __sync_synchronize()
#define rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_mb() __sync_synchronize()
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define dma_rmb() smp_rmb()
#define dma_wmb() smp_wmb()
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
#define smp_mb__after_spinlock() smp_mb()

#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_store_mb(var, value)                               \
	do {                                                   \
		__atomic_store_n(&(var), value, __ATOMIC_SEQ_CST); \
		smp_mb();                                      \
	} while (0)

#ifdef __x86_64__
#define cpu_relax() __builtin_ia32_pause()
#else
#define cpu_relax() __asm__ __volatile__("" : : : "memory")
#endif

/* cond is asked of VAL, what was read. */
#define smp_cond_load_acquire(ptr, cond)                       \
	__extension__({                                        \
		__typeof__(*(ptr)) VAL;                        \
		while (VAL = smp_load_acquire(ptr), !(cond))   \
			cpu_relax();                           \
		VAL;                                           \
	})

#endif /* _ASM_X86_BARRIER_H */
