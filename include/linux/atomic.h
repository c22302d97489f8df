/* SPDX-License-Identifier: MIT */
/*
 * <linux/atomic.h> of Linux 6.12: atomic_t, atomic64_t, atomic_long_t. What returns a
 * value is fully ordered unless its name says otherwise, the rest is relaxed.
 *
 * The three families are made by one macro each: a name, its type, its word.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <asm/barrier.h>
#include <linux/compiler.h>
#include <linux/types.h>

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

typedef struct {
	long counter;
} atomic_long_t;

#define ATOMIC_INIT(i) { (i) }
#define ATOMIC64_INIT(i) { (i) }
#define ATOMIC_LONG_INIT(i) { (i) }

#define __kmemu_atomic_rmw(a, A, I, op, builtin, order, suffix)                          \
	static __always_inline I a##_##op##_return##suffix(I i, A *v)                    \
	{                                                                                \
		return __atomic_##builtin##_fetch(&v->counter, i, order);                \
	}                                                                                \
	static __always_inline I a##_fetch_##op##suffix(I i, A *v)                       \
	{                                                                                \
		return __atomic_fetch_##builtin(&v->counter, i, order);                  \
	}
#define __kmemu_atomic_bits(a, A, I, op, builtin)                                        \
	static __always_inline void a##_##op(I i, A *v)                                  \
	{                                                                                \
		__atomic_fetch_##builtin(&v->counter, i, __ATOMIC_RELAXED);              \
	}                                                                                \
	static __always_inline I a##_fetch_##op(I i, A *v)                               \
	{                                                                                \
		return __atomic_fetch_##builtin(&v->counter, i, __ATOMIC_SEQ_CST);       \
	}
#define __kmemu_atomic_swap(a, A, I, order, suffix)                                      \
	static __always_inline I a##_xchg##suffix(A *v, I n)                             \
	{                                                                                \
		return __atomic_exchange_n(&v->counter, n, order);                       \
	}                                                                                \
	static __always_inline bool a##_try_cmpxchg##suffix(A *v, I *old, I n)           \
	{                                                                                \
		return __atomic_compare_exchange_n(&v->counter, old, n, false, order,    \
						   __ATOMIC_RELAXED);                    \
	}                                                                                \
	static __always_inline I a##_cmpxchg##suffix(A *v, I old, I n)                   \
	{                                                                                \
		a##_try_cmpxchg##suffix(v, &old, n);                                     \
		return old;                                                              \
	}
#define __kmemu_atomic_plain(a, A, I)                                                    \
	static __always_inline I a##_read(const A *v)                                    \
	{                                                                                \
		return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);                   \
	}                                                                                \
	static __always_inline I a##_read_acquire(const A *v)                            \
	{                                                                                \
		return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);                   \
	}                                                                                \
	static __always_inline void a##_set(A *v, I i)                                   \
	{                                                                                \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);                      \
	}                                                                                \
	static __always_inline void a##_set_release(A *v, I i)                           \
	{                                                                                \
		__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);                      \
	}                                                                                \
	static __always_inline void a##_add(I i, A *v)                                   \
	{                                                                                \
		__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);                    \
	}                                                                                \
	static __always_inline void a##_sub(I i, A *v)                                   \
	{                                                                                \
		__atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED);                    \
	}                                                                                \
	static __always_inline void a##_inc(A *v)                                        \
	{                                                                                \
		a##_add(1, v);                                                           \
	}                                                                                \
	static __always_inline void a##_dec(A *v)                                        \
	{                                                                                \
		a##_sub(1, v);                                                           \
	}
#define __kmemu_atomic_test(a, A, I)                                                     \
	static __always_inline I a##_inc_return(A *v)                                    \
	{                                                                                \
		return a##_add_return(1, v);                                             \
	}                                                                                \
	static __always_inline I a##_dec_return(A *v)                                    \
	{                                                                                \
		return a##_sub_return(1, v);                                             \
	}                                                                                \
	static __always_inline I a##_fetch_inc(A *v)                                     \
	{                                                                                \
		return a##_fetch_add(1, v);                                              \
	}                                                                                \
	static __always_inline I a##_fetch_dec(A *v)                                     \
	{                                                                                \
		return a##_fetch_sub(1, v);                                              \
	}                                                                                \
	static __always_inline bool a##_sub_and_test(I i, A *v)                          \
	{                                                                                \
		return a##_sub_return(i, v) == 0;                                        \
	}                                                                                \
	static __always_inline bool a##_dec_and_test(A *v)                               \
	{                                                                                \
		return a##_sub_return(1, v) == 0;                                        \
	}                                                                                \
	static __always_inline bool a##_inc_and_test(A *v)                               \
	{                                                                                \
		return a##_add_return(1, v) == 0;                                        \
	}                                                                                \
	static __always_inline bool a##_add_negative(I i, A *v)                          \
	{                                                                                \
		return a##_add_return(i, v) < 0;                                         \
	}                                                                                \
	/* Adds unless it is u; what it was. */                                          \
	static __always_inline I a##_fetch_add_unless(A *v, I i, I u)                    \
	{                                                                                \
		I old = a##_read(v);                                                     \
		while (old != u && !a##_try_cmpxchg(v, &old, old + i))                   \
			;                                                                \
		return old;                                                              \
	}                                                                                \
	static __always_inline bool a##_add_unless(A *v, I i, I u)                       \
	{                                                                                \
		return a##_fetch_add_unless(v, i, u) != u;                               \
	}                                                                                \
	static __always_inline bool a##_inc_not_zero(A *v)                               \
	{                                                                                \
		return a##_add_unless(v, 1, 0);                                          \
	}                                                                                \
	/* What it would be; it stays where that is negative. */                         \
	static __always_inline I a##_dec_if_positive(A *v)                               \
	{                                                                                \
		I old = a##_read(v);                                                     \
		while (old > 0 && !a##_try_cmpxchg(v, &old, old - 1))                    \
			;                                                                \
		return old - 1;                                                          \
	}
#define __kmemu_atomic(a, A, I)                                                          \
	__kmemu_atomic_plain(a, A, I)                                                    \
	__kmemu_atomic_rmw(a, A, I, add, add, __ATOMIC_SEQ_CST, )                        \
	__kmemu_atomic_rmw(a, A, I, sub, sub, __ATOMIC_SEQ_CST, )                        \
	__kmemu_atomic_rmw(a, A, I, add, add, __ATOMIC_RELAXED, _relaxed)                \
	__kmemu_atomic_rmw(a, A, I, sub, sub, __ATOMIC_RELAXED, _relaxed)                \
	__kmemu_atomic_rmw(a, A, I, add, add, __ATOMIC_ACQUIRE, _acquire)                \
	__kmemu_atomic_rmw(a, A, I, sub, sub, __ATOMIC_ACQUIRE, _acquire)                \
	__kmemu_atomic_rmw(a, A, I, add, add, __ATOMIC_RELEASE, _release)                \
	__kmemu_atomic_rmw(a, A, I, sub, sub, __ATOMIC_RELEASE, _release)                \
	__kmemu_atomic_bits(a, A, I, and, and)                                           \
	__kmemu_atomic_bits(a, A, I, or, or)                                             \
	__kmemu_atomic_bits(a, A, I, xor, xor)                                           \
	__kmemu_atomic_swap(a, A, I, __ATOMIC_SEQ_CST, )                                 \
	__kmemu_atomic_swap(a, A, I, __ATOMIC_RELAXED, _relaxed)                         \
	__kmemu_atomic_swap(a, A, I, __ATOMIC_ACQUIRE, _acquire)                         \
	__kmemu_atomic_swap(a, A, I, __ATOMIC_RELEASE, _release)                         \
	__kmemu_atomic_test(a, A, I)

/* `and`, `or` and `xor` are words of C++ that no paste can have; so it does without them. */
#ifdef __cplusplus
#undef __kmemu_atomic_bits
#define __kmemu_atomic_bits(a, A, I, op, builtin)
#endif

__kmemu_atomic(atomic, atomic_t, int)
__kmemu_atomic(atomic64, atomic64_t, s64)
__kmemu_atomic(atomic_long, atomic_long_t, long)

#undef __kmemu_atomic
#undef __kmemu_atomic_plain
#undef __kmemu_atomic_rmw
#undef __kmemu_atomic_bits
#undef __kmemu_atomic_swap
#undef __kmemu_atomic_test

#define atomic_cond_read_acquire(v, c) smp_cond_load_acquire(&(v)->counter, (c))

/* --- words ----------------------------------------------------------------- */

#define xchg(ptr, n) __atomic_exchange_n(ptr, n, __ATOMIC_SEQ_CST)
#define xchg_relaxed(ptr, n) __atomic_exchange_n(ptr, n, __ATOMIC_RELAXED)
#define try_cmpxchg(ptr, oldp, n)                                                        \
	__atomic_compare_exchange_n(ptr, oldp, n, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)
#define cmpxchg(ptr, old, n)                                                             \
	__extension__({                                                                  \
		__typeof__(*(ptr)) __kmemu_old = (old);                                  \
		try_cmpxchg(ptr, &__kmemu_old, n);                                       \
		__kmemu_old;                                                             \
	})
#define cmpxchg_relaxed(ptr, old, n) cmpxchg(ptr, old, n)
#define cmpxchg_acquire(ptr, old, n) cmpxchg(ptr, old, n)
#define cmpxchg_release(ptr, old, n) cmpxchg(ptr, old, n)

#endif /* _LINUX_ATOMIC_H */
