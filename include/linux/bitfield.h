/* SPDX-License-Identifier: MIT */
/*
 * <linux/bitfield.h> of Linux 6.12: fields of registers by their masks, which are
 * constants of one run of ones. A constant that does not fit does not compile.
 */
#ifndef _LINUX_BITFIELD_H
#define _LINUX_BITFIELD_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <asm/byteorder.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#define __bf_shf(x) (__builtin_ffsll(x) - 1)
#define __bf_ull(x) ((unsigned long long)(x))

#define __BF_FIELD_CHECK(_mask, _reg, _val, _pfx)                                               \
	({                                                                                      \
		BUILD_BUG_ON_MSG(!__builtin_constant_p(_mask), _pfx "mask is not constant");    \
		BUILD_BUG_ON_MSG((_mask) == 0, _pfx "mask is zero");                            \
		BUILD_BUG_ON_MSG(__builtin_constant_p(_val) ?                                   \
					 ~((_mask) >> __bf_shf(_mask)) & (0 + (_val)) :         \
					 0,                                                     \
				 _pfx "value too large for the field");                         \
		BUILD_BUG_ON_MSG(__bf_ull(_mask) > __bf_ull((__typeof__(_reg))~0ull),           \
				 _pfx "type of reg too small for mask");                        \
		__BUILD_BUG_ON_NOT_POWER_OF_2((_mask) + (1ull << __bf_shf(_mask)));             \
	})

#define FIELD_MAX(_mask)                                                        \
	({                                                                      \
		__BF_FIELD_CHECK(_mask, 0ull, 0ull, "FIELD_MAX: ");             \
		(__typeof__(_mask))((_mask) >> __bf_shf(_mask));                \
	})
#define FIELD_FIT(_mask, _val)                                                          \
	({                                                                              \
		__BF_FIELD_CHECK(_mask, 0ull, 0ull, "FIELD_FIT: ");                     \
		!((((__typeof__(_mask))_val) << __bf_shf(_mask)) & ~(_mask));           \
	})
#define FIELD_PREP(_mask, _val)                                                 \
	({                                                                      \
		__BF_FIELD_CHECK(_mask, 0ull, _val, "FIELD_PREP: ");            \
		((__typeof__(_mask))(_val) << __bf_shf(_mask)) & (_mask);       \
	})
#define FIELD_PREP_CONST(_mask, _val)                                           \
	(BUILD_BUG_ON_ZERO((_mask) == 0) +                                      \
	 BUILD_BUG_ON_ZERO(~((_mask) >> __bf_shf(_mask)) & (_val)) +            \
	 (((__typeof__(_mask))(_val) << __bf_shf(_mask)) & (_mask)))
#define FIELD_GET(_mask, _reg)                                                  \
	({                                                                      \
		__BF_FIELD_CHECK(_mask, _reg, 0u, "FIELD_GET: ");               \
		(__typeof__(_mask))(((_reg) & (_mask)) >> __bf_shf(_mask));     \
	})

/* What may not be a constant of the compiler's is an error where it is called. */
__kmemu_c void __attribute__((__error__("value doesn't fit into mask"))) __field_overflow(void);
__kmemu_c void __attribute__((__error__("bad bitfield mask"))) __bad_mask(void);

static __always_inline u64 field_multiplier(u64 field)
{
	if ((field | (field - 1)) & ((field | (field - 1)) + 1))
		__bad_mask();
	return field & -field;
}

static __always_inline u64 field_mask(u64 field)
{
	return field / field_multiplier(field);
}
#define field_max(field) ((__typeof__(field))field_mask(field))

#define ____MAKE_OP(type, base, to, from)                                               \
	static __always_inline __##type __must_check type##_encode_bits(base v, base field) \
	{                                                                               \
		if (__builtin_constant_p(v) && (v & ~field_mask(field)))                \
			__field_overflow();                                             \
		return to((base)((v & field_mask(field)) * field_multiplier(field)));   \
	}                                                                               \
	static __always_inline __##type __must_check type##_replace_bits(__##type old, base val, \
									 base field)    \
	{                                                                               \
		return (old & ~to(field)) | type##_encode_bits(val, field);             \
	}                                                                               \
	static __always_inline void type##p_replace_bits(__##type *p, base val, base field) \
	{                                                                               \
		*p = (*p & ~to(field)) | type##_encode_bits(val, field);                \
	}                                                                               \
	static __always_inline base __must_check type##_get_bits(__##type v, base field) \
	{                                                                               \
		return (base)((from(v) & field) / field_multiplier(field));             \
	}
#define __kmemu_same(x) (x)
#define __MAKE_OP(size)                                                         \
	____MAKE_OP(le##size, u##size, cpu_to_le##size, le##size##_to_cpu)      \
	____MAKE_OP(be##size, u##size, cpu_to_be##size, be##size##_to_cpu)      \
	____MAKE_OP(u##size, u##size, __kmemu_same, __kmemu_same)
____MAKE_OP(u8, u8, __kmemu_same, __kmemu_same)
__MAKE_OP(16)
__MAKE_OP(32)
__MAKE_OP(64)
#undef __MAKE_OP
#undef ____MAKE_OP

#endif /* __cplusplus */

#endif /* _LINUX_BITFIELD_H */
