/* SPDX-License-Identifier: MIT */
/*
 * <linux/percpu-defs.h> of Linux 6.12: per-CPU variables, and operations on this
 * CPU's. A per-CPU pointer is no address; that of a DEFINE_PER_CPU variable is the
 * address of its first value, which no CPU uses. this_cpu_*(), __this_cpu_*() and
 * raw_cpu_*() are all atomic: threads may share a CPU (smp.h).
 */
#ifndef _LINUX_PERCPU_DEFS_H
#define _LINUX_PERCPU_DEFS_H

#include <kmemu/mm.h>
#include <linux/compiler.h>
#include <linux/preempt.h>

/* The section of this module's variables; made by the linker. */
__kmemu_c const char __start_kmemu_percpu[] __attribute__((__weak__, __visibility__("hidden")));
__kmemu_c const char __stop_kmemu_percpu[] __attribute__((__weak__, __visibility__("hidden")));

#define __PCPU_ATTRS __attribute__((__section__("kmemu_percpu")))

#define DECLARE_PER_CPU(type, name) extern __PCPU_ATTRS __typeof__(type) name
#define DEFINE_PER_CPU(type, name) __PCPU_ATTRS __typeof__(type) name
#define DECLARE_PER_CPU_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_ALIGNED(type, name) \
	DEFINE_PER_CPU(type, name) __attribute__((__aligned__(64)))
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU_ALIGNED(type, name)
#define DEFINE_PER_CPU_PAGE_ALIGNED(type, name) \
	DEFINE_PER_CPU(type, name) __attribute__((__aligned__(4096)))
#define DECLARE_PER_CPU_PAGE_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DECLARE_PER_CPU_READ_MOSTLY(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name) DEFINE_PER_CPU(type, name)
#define EXPORT_PER_CPU_SYMBOL(var)
#define EXPORT_PER_CPU_SYMBOL_GPL(var)

#define per_cpu_ptr(ptr, cpu)                                                           \
	((__typeof__(&*(ptr)))kmemu_per_cpu_ptr((const void *)(ptr), (unsigned int)(cpu), \
						__start_kmemu_percpu, __stop_kmemu_percpu))
#define raw_cpu_ptr(ptr) per_cpu_ptr(ptr, kmemu_smp_processor_id())
#define this_cpu_ptr(ptr) (__kmemu_check_preemption("smp_processor_id()"), raw_cpu_ptr(ptr))
#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define __this_cpu_var(var) (*raw_cpu_ptr(&(var)))

#define get_cpu_ptr(ptr)           \
	({                         \
		preempt_disable(); \
		this_cpu_ptr(ptr); \
	})
#define put_cpu_ptr(ptr)          \
	do {                      \
		(void)(ptr);      \
		preempt_enable(); \
	} while (0)
#define get_cpu_var(var) (*get_cpu_ptr(&(var)))
#define put_cpu_var(var) put_cpu_ptr(&(var))

/* --- this CPU's: of scalars -------------------------------------------------- */

#define this_cpu_read(pcp) __atomic_load_n(raw_cpu_ptr(&(pcp)), __ATOMIC_RELAXED)
#define this_cpu_write(pcp, val) __atomic_store_n(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED)
#define this_cpu_add(pcp, val) \
	((void)__atomic_fetch_add(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_sub(pcp, val) \
	((void)__atomic_fetch_sub(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_and(pcp, val) \
	((void)__atomic_fetch_and(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_or(pcp, val) \
	((void)__atomic_fetch_or(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_RELAXED))
#define this_cpu_inc(pcp) this_cpu_add(pcp, 1)
#define this_cpu_dec(pcp) this_cpu_sub(pcp, 1)
#define this_cpu_add_return(pcp, val) \
	__atomic_add_fetch(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_SEQ_CST)
#define this_cpu_sub_return(pcp, val) \
	__atomic_sub_fetch(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_SEQ_CST)
#define this_cpu_inc_return(pcp) this_cpu_add_return(pcp, 1)
#define this_cpu_dec_return(pcp) this_cpu_sub_return(pcp, 1)
#define this_cpu_xchg(pcp, val) __atomic_exchange_n(raw_cpu_ptr(&(pcp)), (val), __ATOMIC_SEQ_CST)
#define this_cpu_cmpxchg(pcp, old, val)                                                       \
	({                                                                                    \
		__typeof__(pcp) __kmemu_old = (old);                                          \
		__atomic_compare_exchange_n(raw_cpu_ptr(&(pcp)), &__kmemu_old, (val), 0,      \
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);              \
		__kmemu_old;                                                                  \
	})

/* True: it was *ovalp; else *ovalp is what it is. */
#define this_cpu_try_cmpxchg(pcp, ovalp, nval)                                      \
	__atomic_compare_exchange_n(raw_cpu_ptr(&(pcp)), (ovalp), (nval), 0,        \
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)

/* Of a thread that stays on its CPU meanwhile. */
#define __kmemu_this_cpu(op, call) (__kmemu_check_preemption("__this_cpu_" op "()"), call)
#define __this_cpu_read(pcp) __kmemu_this_cpu("read", this_cpu_read(pcp))
#define __this_cpu_write(pcp, val) __kmemu_this_cpu("write", this_cpu_write(pcp, val))
#define __this_cpu_add(pcp, val) __kmemu_this_cpu("add", this_cpu_add(pcp, val))
#define __this_cpu_sub(pcp, val) __kmemu_this_cpu("add", this_cpu_sub(pcp, val))
#define __this_cpu_and(pcp, val) __kmemu_this_cpu("and", this_cpu_and(pcp, val))
#define __this_cpu_or(pcp, val) __kmemu_this_cpu("or", this_cpu_or(pcp, val))
#define __this_cpu_inc(pcp) __kmemu_this_cpu("add", this_cpu_inc(pcp))
#define __this_cpu_dec(pcp) __kmemu_this_cpu("add", this_cpu_dec(pcp))
#define __this_cpu_add_return(pcp, val) \
	__kmemu_this_cpu("add_return", this_cpu_add_return(pcp, val))
#define __this_cpu_sub_return(pcp, val) \
	__kmemu_this_cpu("add_return", this_cpu_sub_return(pcp, val))
#define __this_cpu_inc_return(pcp) __kmemu_this_cpu("add_return", this_cpu_inc_return(pcp))
#define __this_cpu_dec_return(pcp) __kmemu_this_cpu("add_return", this_cpu_dec_return(pcp))
#define __this_cpu_xchg(pcp, val) __kmemu_this_cpu("xchg", this_cpu_xchg(pcp, val))
#define __this_cpu_cmpxchg(pcp, old, val) \
	__kmemu_this_cpu("cmpxchg", this_cpu_cmpxchg(pcp, old, val))

#define this_cpu_read_stable(pcp) this_cpu_read(pcp)
#define raw_cpu_read(pcp) this_cpu_read(pcp)
#define raw_cpu_write(pcp, val) this_cpu_write(pcp, val)
#define raw_cpu_add(pcp, val) this_cpu_add(pcp, val)
#define raw_cpu_sub(pcp, val) this_cpu_sub(pcp, val)
#define raw_cpu_and(pcp, val) this_cpu_and(pcp, val)
#define raw_cpu_or(pcp, val) this_cpu_or(pcp, val)
#define raw_cpu_inc(pcp) this_cpu_inc(pcp)
#define raw_cpu_dec(pcp) this_cpu_dec(pcp)
#define raw_cpu_add_return(pcp, val) this_cpu_add_return(pcp, val)
#define raw_cpu_sub_return(pcp, val) this_cpu_sub_return(pcp, val)
#define raw_cpu_inc_return(pcp) this_cpu_inc_return(pcp)
#define raw_cpu_dec_return(pcp) this_cpu_dec_return(pcp)
#define raw_cpu_xchg(pcp, val) this_cpu_xchg(pcp, val)
#define raw_cpu_cmpxchg(pcp, old, val) this_cpu_cmpxchg(pcp, old, val)
#define raw_cpu_try_cmpxchg(pcp, ovalp, nval) this_cpu_try_cmpxchg(pcp, ovalp, nval)
#define __this_cpu_try_cmpxchg(pcp, ovalp, nval) \
	__kmemu_this_cpu("try_cmpxchg", this_cpu_try_cmpxchg(pcp, ovalp, nval))

#endif /* _LINUX_PERCPU_DEFS_H */
