/* SPDX-License-Identifier: MIT */
/*
 * <linux/overflow.h> of Linux 6.12: arithmetic that says so, and sizes that stay
 * at SIZE_MAX, which no allocator serves.
 */
#ifndef __LINUX_OVERFLOW_H
#define __LINUX_OVERFLOW_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/compiler.h>
#include <linux/const.h>
#include <linux/limits.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define __type_half_max(type) ((type)1 << (8 * sizeof(type) - 1 - is_signed_type(type)))
#define __type_max(T) ((T)((__type_half_max(T) - 1) + __type_half_max(T)))
#define type_max(t) __type_max(__typeof__(t))
#define __type_min(T) ((T)((T)-type_max(T) - (T)1))
#define type_min(t) __type_min(__typeof__(t))

/* Without a warning where it is always so. */
#define is_non_negative(a) ((a) > 0 || (a) == 0)
#define is_negative(a) (!(is_non_negative(a)))

static inline bool __must_check __must_check_overflow(bool overflow)
{
	return unlikely(overflow);
}

#define check_add_overflow(a, b, d) __must_check_overflow(__builtin_add_overflow(a, b, d))
#define check_sub_overflow(a, b, d) __must_check_overflow(__builtin_sub_overflow(a, b, d))
#define check_mul_overflow(a, b, d) __must_check_overflow(__builtin_mul_overflow(a, b, d))

#define __kmemu_wrapping(type, builtin, a, b)   \
	({                                      \
		type __val;                     \
		builtin(a, b, &__val);          \
		__val;                          \
	})
#define wrapping_add(type, a, b) __kmemu_wrapping(type, (void)__builtin_add_overflow, a, b)
#define wrapping_sub(type, a, b) __kmemu_wrapping(type, (void)__builtin_sub_overflow, a, b)
#define wrapping_mul(type, a, b) __kmemu_wrapping(type, (void)__builtin_mul_overflow, a, b)
#define wrapping_assign_add(var, offset)                                \
	({                                                              \
		__typeof__(var) *__ptr = &(var);                        \
		*__ptr = wrapping_add(__typeof__(var), *__ptr, offset); \
	})
#define wrapping_assign_sub(var, offset)                                \
	({                                                              \
		__typeof__(var) *__ptr = &(var);                        \
		*__ptr = wrapping_sub(__typeof__(var), *__ptr, offset); \
	})

/* Bits that are shifted out, a negative value, a shift that is none: true. */
#define check_shl_overflow(a, s, d)                                                     \
	__must_check_overflow(({                                                        \
		__typeof__(a) __shl_a = (a);                                            \
		__typeof__(s) __shl_s = (s);                                            \
		__typeof__(d) __shl_d = (d);                                            \
		unsigned long long __shl_full = (unsigned long long)__shl_a;            \
		unsigned int __shl_by = is_non_negative(__shl_s) &&                     \
						__shl_s < 8 * (int)sizeof(*__shl_d) ?   \
					(unsigned int)__shl_s :                         \
					0;                                              \
		*__shl_d = (__typeof__(*__shl_d))(__shl_full << __shl_by);              \
		__shl_by != (unsigned int)__shl_s || is_negative(*__shl_d) ||           \
			(__typeof__(__shl_a))(*__shl_d >> __shl_by) != __shl_a;         \
	}))

#define __overflows_type_constexpr(x, T)                                        \
	(is_unsigned_type(__typeof__(x)) ?                                      \
		 (x) > type_max(T) :                                            \
	 is_unsigned_type(T) ? (x) < 0 || (x) > type_max(T) :                   \
			       (x) < type_min(T) || (x) > type_max(T))
#define __overflows_type(x, T)                          \
	({                                              \
		__typeof__(T) __v = 0;                  \
		check_add_overflow((x), __v, &__v);     \
	})
#define overflows_type(n, T)                                                    \
	__builtin_choose_expr(__is_constexpr(n), __overflows_type_constexpr(n, T), \
			      __overflows_type(n, T))
#define castable_to_type(n, T)                                                  \
	__builtin_choose_expr(__is_constexpr(n), !__overflows_type_constexpr(n, T), \
			      __same_type(n, T))

#define range_overflows(start, size, max)                                       \
	({                                                                      \
		__typeof__(start) __start = (start);                            \
		__typeof__(size) __size = (size);                               \
		__typeof__(max) __max = (max);                                  \
		(void)(&__start == &__size);                                    \
		(void)(&__start == &__max);                                     \
		__start >= __max || __size > __max - __start;                   \
	})
#define range_overflows_t(type, start, size, max) \
	range_overflows((type)(start), (type)(size), (type)(max))
#define range_end_overflows(start, size, max)                                   \
	({                                                                      \
		__typeof__(start) __start = (start);                            \
		__typeof__(size) __size = (size);                               \
		__typeof__(max) __max = (max);                                  \
		(void)(&__start == &__size);                                    \
		(void)(&__start == &__max);                                     \
		__start > __max || __size > __max - __start;                    \
	})
#define range_end_overflows_t(type, start, size, max) \
	range_end_overflows((type)(start), (type)(size), (type)(max))

static inline size_t __must_check size_mul(size_t factor1, size_t factor2)
{
	size_t bytes;

	return __builtin_mul_overflow(factor1, factor2, &bytes) ? SIZE_MAX : bytes;
}

static inline size_t __must_check size_add(size_t addend1, size_t addend2)
{
	size_t bytes;

	return __builtin_add_overflow(addend1, addend2, &bytes) ? SIZE_MAX : bytes;
}

/* SIZE_MAX is what was too much before, and stays it. */
static inline size_t __must_check size_sub(size_t minuend, size_t subtrahend)
{
	size_t bytes;

	if (minuend == SIZE_MAX || subtrahend == SIZE_MAX ||
	    __builtin_sub_overflow(minuend, subtrahend, &bytes))
		return SIZE_MAX;
	return bytes;
}

#define array_size(a, b) size_mul(a, b)
#define array3_size(a, b, c) size_mul(size_mul(a, b), c)
#define flex_array_size(p, member, count)                                       \
	__builtin_choose_expr(__is_constexpr(count),                            \
			      (count) * sizeof(*(p)->member) + 0ul,             \
			      size_mul(count, sizeof(*(p)->member) + 0ul))
#define struct_size(p, member, count)                                           \
	__builtin_choose_expr(__is_constexpr(count),                            \
			      sizeof(*(p)) + flex_array_size(p, member, count), \
			      size_add(sizeof(*(p)), flex_array_size(p, member, count)))
#define struct_size_t(type, member, count) struct_size((type *)NULL, member, count)

/* A structure with room for its flexible array, on the stack; name is a pointer. */
#define __kmemu_flex(type, name, member, count, ...)                            \
	_Static_assert(__is_constexpr(count), "count must be a constant");      \
	union {                                                                 \
		u8 bytes[struct_size_t(type, member, count)];                   \
		type obj;                                                       \
	} name##_u __VA_ARGS__;                                                 \
	type *name = (type *)&name##_u
#define _DEFINE_FLEX(type, name, member, count, ...) \
	__kmemu_flex(type, name, member, count, = { .obj __VA_ARGS__ })
#define DEFINE_RAW_FLEX(type, name, member, count) \
	__kmemu_flex(type, name, member, count, = {})
#define DEFINE_FLEX(TYPE, NAME, MEMBER, COUNTER, COUNT) \
	__kmemu_flex(TYPE, NAME, MEMBER, COUNT, = { .obj.COUNTER = COUNT })

#endif /* __cplusplus */

#endif /* __LINUX_OVERFLOW_H */
