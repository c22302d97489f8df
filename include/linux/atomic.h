/* SPDX-License-Identifier: MIT */
/*
 * <linux/atomic.h> of Linux 6.12: atomic_t, atomic64_t and atomic_long_t, and cmpxchg()
 * and xchg() of any word. What returns a value is a full barrier; the variants with
 * _relaxed, _acquire and _release are full barriers as well, as on x86.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <asm/barrier.h>
#include <asm/processor.h>
#include <kmemu/types.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define ATOMIC_LONG_INIT(i) { (i) }

typedef struct kmemu_atomic_long atomic_long_t;

#define cmpxchg(ptr, old, new_)                                                         \
	({                                                                              \
		__typeof__(*(ptr)) __cx_old = (old), __cx_new = (new_);                 \
		__atomic_compare_exchange_n((ptr), &__cx_old, __cx_new, false,          \
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
		__cx_old;                                                               \
	})
#define cmpxchg_relaxed(ptr, old, new_) cmpxchg(ptr, old, new_)
#define cmpxchg_acquire(ptr, old, new_) cmpxchg(ptr, old, new_)
#define cmpxchg_release(ptr, old, new_) cmpxchg(ptr, old, new_)
#define cmpxchg64(ptr, old, new_) cmpxchg(ptr, old, new_)
#define cmpxchg_local(ptr, old, new_) cmpxchg(ptr, old, new_)
#define try_cmpxchg(ptr, oldp, new_)                                                    \
	__atomic_compare_exchange_n((ptr), (oldp), (new_), false, __ATOMIC_SEQ_CST,     \
				    __ATOMIC_SEQ_CST)
#define xchg(ptr, val) __atomic_exchange_n((ptr), (val), __ATOMIC_SEQ_CST)
#define xchg_relaxed(ptr, val) xchg(ptr, val)
#define xchg_acquire(ptr, val) xchg(ptr, val)
#define xchg_release(ptr, val) xchg(ptr, val)
#define cmpxchg64_local(ptr, old, new_) cmpxchg(ptr, old, new_)
#define cmpxchg64_relaxed(ptr, old, new_) cmpxchg(ptr, old, new_)
#define try_cmpxchg_acquire(ptr, oldp, new_) try_cmpxchg(ptr, oldp, new_)
#define try_cmpxchg_release(ptr, oldp, new_) try_cmpxchg(ptr, oldp, new_)
#define try_cmpxchg_relaxed(ptr, oldp, new_) try_cmpxchg(ptr, oldp, new_)
#define try_cmpxchg_local(ptr, oldp, new_) try_cmpxchg(ptr, oldp, new_)
#define try_cmpxchg64(ptr, oldp, new_) try_cmpxchg(ptr, oldp, new_)
#define sync_cmpxchg(ptr, old, new_) cmpxchg(ptr, old, new_)
#define sync_try_cmpxchg(ptr, oldp, new_) try_cmpxchg(ptr, oldp, new_)

/* atomic_NAME(), _NAME_return() and fetch_NAME() for one builtin. */
#define __KMEMU_ATOMIC_OP(prefix, atype, itype, name, builtin)                          \
	static __always_inline void prefix##_##name(itype i, atype *v)                  \
	{                                                                               \
		__atomic_##builtin##_fetch(&v->counter, i, __ATOMIC_SEQ_CST);           \
	}                                                                               \
	static __always_inline itype prefix##_##name##_return(itype i, atype *v)        \
	{                                                                               \
		return __atomic_##builtin##_fetch(&v->counter, i, __ATOMIC_SEQ_CST);    \
	}                                                                               \
	static __always_inline itype prefix##_fetch_##name(itype i, atype *v)           \
	{                                                                               \
		return __atomic_fetch_##builtin(&v->counter, i, __ATOMIC_SEQ_CST);      \
	}

#define __KMEMU_ATOMIC(prefix, atype, itype)                                            \
	static __always_inline itype prefix##_read(const atype *v)                      \
	{                                                                               \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                  \
	}                                                                               \
	static __always_inline itype prefix##_read_acquire(const atype *v)              \
	{                                                                               \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);                  \
	}                                                                               \
	static __always_inline void prefix##_set(atype *v, itype i)                     \
	{                                                                               \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);                     \
	}                                                                               \
	static __always_inline void prefix##_set_release(atype *v, itype i)             \
	{                                                                               \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);                     \
	}                                                                               \
	__KMEMU_ATOMIC_OP(prefix, atype, itype, add, add)                               \
	__KMEMU_ATOMIC_OP(prefix, atype, itype, sub, sub)                               \
	__KMEMU_ATOMIC_OP(prefix, atype, itype, and, and)                               \
	__KMEMU_ATOMIC_OP(prefix, atype, itype, or, or)                                 \
	__KMEMU_ATOMIC_OP(prefix, atype, itype, xor, xor)                               \
	static __always_inline void prefix##_andnot(itype i, atype *v)                  \
	{                                                                               \
		prefix##_and(~i, v);                                                    \
	}                                                                               \
	static __always_inline itype prefix##_fetch_andnot(itype i, atype *v)           \
	{                                                                               \
		return prefix##_fetch_and(~i, v);                                       \
	}                                                                               \
	static __always_inline void prefix##_inc(atype *v)                              \
	{                                                                               \
		prefix##_add(1, v);                                                     \
	}                                                                               \
	static __always_inline void prefix##_dec(atype *v)                              \
	{                                                                               \
		prefix##_sub(1, v);                                                     \
	}                                                                               \
	static __always_inline itype prefix##_inc_return(atype *v)                      \
	{                                                                               \
		return prefix##_add_return(1, v);                                       \
	}                                                                               \
	static __always_inline itype prefix##_dec_return(atype *v)                      \
	{                                                                               \
		return prefix##_sub_return(1, v);                                       \
	}                                                                               \
	static __always_inline itype prefix##_fetch_inc(atype *v)                       \
	{                                                                               \
		return prefix##_fetch_add(1, v);                                        \
	}                                                                               \
	static __always_inline itype prefix##_fetch_dec(atype *v)                       \
	{                                                                               \
		return prefix##_fetch_sub(1, v);                                        \
	}                                                                               \
	static __always_inline bool prefix##_inc_and_test(atype *v)                     \
	{                                                                               \
		return prefix##_add_return(1, v) == 0;                                  \
	}                                                                               \
	static __always_inline bool prefix##_dec_and_test(atype *v)                     \
	{                                                                               \
		return prefix##_sub_return(1, v) == 0;                                  \
	}                                                                               \
	static __always_inline bool prefix##_sub_and_test(itype i, atype *v)            \
	{                                                                               \
		return prefix##_sub_return(i, v) == 0;                                  \
	}                                                                               \
	static __always_inline bool prefix##_add_negative(itype i, atype *v)            \
	{                                                                               \
		return prefix##_add_return(i, v) < 0;                                   \
	}                                                                               \
	static __always_inline itype prefix##_xchg(atype *v, itype new_)                \
	{                                                                               \
		return xchg(&v->counter, new_);                                         \
	}                                                                               \
	static __always_inline itype prefix##_cmpxchg(atype *v, itype old, itype new_)  \
	{                                                                               \
		return cmpxchg(&v->counter, old, new_);                                 \
	}                                                                               \
	static __always_inline bool prefix##_try_cmpxchg(atype *v, itype *old, itype new_) \
	{                                                                               \
		return try_cmpxchg(&v->counter, old, new_);                             \
	}                                                                               \
	static __always_inline itype prefix##_fetch_add_unless(atype *v, itype a, itype u) \
	{                                                                               \
		itype was = prefix##_read(v);                                           \
                                                                                        \
		while (was != u && !prefix##_try_cmpxchg(v, &was, was + a))             \
			;                                                               \
		return was;                                                             \
	}                                                                               \
	static __always_inline bool prefix##_add_unless(atype *v, itype a, itype u)     \
	{                                                                               \
		return prefix##_fetch_add_unless(v, a, u) != u;                         \
	}                                                                               \
	static __always_inline bool prefix##_inc_unless_negative(atype *v)              \
	{                                                                               \
		itype was = prefix##_read(v);                                           \
                                                                                        \
		while (was >= 0 && !prefix##_try_cmpxchg(v, &was, was + 1))             \
			;                                                               \
		return was >= 0;                                                        \
	}                                                                               \
	static __always_inline bool prefix##_dec_unless_positive(atype *v)              \
	{                                                                               \
		itype was = prefix##_read(v);                                           \
                                                                                        \
		while (was <= 0 && !prefix##_try_cmpxchg(v, &was, was - 1))             \
			;                                                               \
		return was <= 0;                                                        \
	}                                                                               \
	static __always_inline bool prefix##_inc_not_zero(atype *v)                     \
	{                                                                               \
		return prefix##_add_unless(v, 1, 0);                                    \
	}                                                                               \
	static __always_inline itype prefix##_dec_if_positive(atype *v)                 \
	{                                                                               \
		itype was = prefix##_read(v);                                           \
                                                                                        \
		while (was > 0 && !prefix##_try_cmpxchg(v, &was, was - 1))              \
			;                                                               \
		return was - 1;                                                         \
	}

__KMEMU_ATOMIC(atomic, atomic_t, int)
__KMEMU_ATOMIC(atomic64, atomic64_t, s64)
__KMEMU_ATOMIC(atomic_long, atomic_long_t, long)
#undef __KMEMU_ATOMIC
#undef __KMEMU_ATOMIC_OP

#define atomic_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
#define atomic_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))
#define atomic64_cond_read_relaxed(v, c) smp_cond_load_relaxed(&(v)->counter, (c))
#define atomic64_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))
#define atomic_long_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))

#include <linux/atomic/atomic-arch-fallback.h>

#endif /* __cplusplus */

#endif /* _LINUX_ATOMIC_H */
