/* SPDX-License-Identifier: MIT */
/*
 * <linux/bitops.h> of Linux 6.12: bits of words and of arrays of words. set_bit()
 * and its like are atomic; those that return what was are full barriers. Calls
 * on constants are computed by the compiler.
 */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* Declares ffs(), which is the kernel's, too. */
#include <kmemu/libc_begin.h>
#include <strings.h>
#include <kmemu/libc_end.h>

#define BITS_TO_LONGS(nr) (((nr) + BITS_PER_LONG - 1ul) / BITS_PER_LONG)
#define BITS_TO_U64(nr) (((nr) + 63ul) / 64)
#define BITS_TO_U32(nr) (((nr) + 31ul) / 32)
#define BITS_TO_BYTES(nr) (((nr) + 7ul) / 8)
#define BYTES_TO_BITS(nb) (((nb)*8))

/* --- positions: __ffs and __fls of 0 are not defined; ffs and fls count from 1 */

static __always_inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static __always_inline unsigned long __fls(unsigned long word)
{
	return BITS_PER_LONG - 1 - __builtin_clzl(word);
}

static __always_inline unsigned int __ffs64(u64 word)
{
	return __builtin_ctzll(word);
}

#define ffz(x) __ffs(~(x))

static __always_inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static __always_inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

static __always_inline unsigned int fls_long(unsigned long l)
{
	return fls64(l);
}

static __always_inline int get_count_order(unsigned int count)
{
	return count ? fls(count - 1) : -1;
}

static __always_inline int get_count_order_long(unsigned long l)
{
	return l ? (int)fls_long(l - 1) : -1;
}

/* The n-th bit that is set, from 0; 64 when there are not so many. */
static inline unsigned int fns(unsigned long word, unsigned int n)
{
	while (word && n--)
		word &= word - 1;
	return word ? __ffs(word) : BITS_PER_LONG;
}

/* --- weights */

/* Of the low bits of any number, as the kernel's macros. */
#define hweight8(w) ((unsigned int)__builtin_popcount((u8)(w)))
#define hweight16(w) ((unsigned int)__builtin_popcount((u16)(w)))
#define hweight32(w) ((unsigned int)__builtin_popcount((u32)(w)))
#define hweight64(w) ((unsigned long)__builtin_popcountll(w))

static __always_inline unsigned long hweight_long(unsigned long w)
{
	return (unsigned long)__builtin_popcountl(w);
}

#define HWEIGHT8(w) hweight8(w)
#define HWEIGHT16(w) hweight16(w)
#define HWEIGHT32(w) hweight32(w)
#define HWEIGHT64(w) hweight64(w)

/* --- rotation and signs */

#define __KMEMU_ROTATES(bits)                                                           \
	static __always_inline u##bits rol##bits(u##bits word, unsigned int shift)      \
	{                                                                               \
		return (u##bits)(word << (shift & (bits - 1)) |                         \
				 word >> (-shift & (bits - 1)));                        \
	}                                                                               \
	static __always_inline u##bits ror##bits(u##bits word, unsigned int shift)      \
	{                                                                               \
		return (u##bits)(word >> (shift & (bits - 1)) |                         \
				 word << (-shift & (bits - 1)));                        \
	}
__KMEMU_ROTATES(8)
__KMEMU_ROTATES(16)
__KMEMU_ROTATES(32)
__KMEMU_ROTATES(64)
#undef __KMEMU_ROTATES

/* index: of the bit that is the sign. */
static __always_inline s32 sign_extend32(u32 value, int index)
{
	return (s32)(value << (31 - index)) >> (31 - index);
}

static __always_inline s64 sign_extend64(u64 value, int index)
{
	return (s64)(value << (63 - index)) >> (63 - index);
}

/* --- arrays of words */

#define __kmemu_word(nr, addr) ((addr) + (unsigned long)(nr) / BITS_PER_LONG)

static __always_inline void ___set_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__kmemu_word(nr, addr);

	*word |= BIT_MASK(nr);
}

static __always_inline void ___clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__kmemu_word(nr, addr);

	*word &= ~BIT_MASK(nr);
}

static __always_inline void ___change_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__kmemu_word(nr, addr);

	*word ^= BIT_MASK(nr);
}

/* Not volatile where the compiler knows the word: it is a constant then. */
static __always_inline bool ___test_bit(unsigned long nr, const volatile unsigned long *addr)
{
	const unsigned long *word = (const unsigned long *)__kmemu_word(nr, addr);

	if (__builtin_constant_p(nr) && __builtin_constant_p(*word))
		return (*word & BIT_MASK(nr)) != 0;
	return (READ_ONCE(*word) & BIT_MASK(nr)) != 0;
}

static __always_inline bool ___test_and_set_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__kmemu_word(nr, addr);
	bool was = (*word & BIT_MASK(nr)) != 0;

	*word |= BIT_MASK(nr);
	return was;
}

static __always_inline bool ___test_and_clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__kmemu_word(nr, addr);
	bool was = (*word & BIT_MASK(nr)) != 0;

	*word &= ~BIT_MASK(nr);
	return was;
}

static __always_inline bool ___test_and_change_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long *word = (unsigned long *)__kmemu_word(nr, addr);
	bool was = (*word & BIT_MASK(nr)) != 0;

	*word ^= BIT_MASK(nr);
	return was;
}

/* Macros in the kernel, too, so that an array of anything that is a long will do. */
#define __kmemu_bits(addr) ((volatile unsigned long *)(addr))
#define __set_bit(nr, addr) ___set_bit(nr, __kmemu_bits(addr))
#define __clear_bit(nr, addr) ___clear_bit(nr, __kmemu_bits(addr))
#define __change_bit(nr, addr) ___change_bit(nr, __kmemu_bits(addr))
#define __test_and_set_bit(nr, addr) ___test_and_set_bit(nr, __kmemu_bits(addr))
#define __test_and_clear_bit(nr, addr) ___test_and_clear_bit(nr, __kmemu_bits(addr))
#define __test_and_change_bit(nr, addr) ___test_and_change_bit(nr, __kmemu_bits(addr))
#define test_bit(nr, addr) ___test_bit(nr, (const volatile unsigned long *)(addr))

static __always_inline bool generic_test_bit(unsigned long nr, const volatile unsigned long *addr)
{
	return test_bit(nr, addr);
}

static __always_inline bool test_bit_acquire(unsigned long nr, const volatile unsigned long *addr)
{
	return (__atomic_load_n(__kmemu_word(nr, addr), __ATOMIC_ACQUIRE) & BIT_MASK(nr)) != 0;
}

static __always_inline void set_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_or(__kmemu_word(nr, addr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void clear_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(__kmemu_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline void change_bit(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_xor(__kmemu_word(nr, addr), BIT_MASK(nr), __ATOMIC_RELAXED);
}

static __always_inline bool test_and_set_bit(long nr, volatile unsigned long *addr)
{
	return (__atomic_fetch_or(__kmemu_word(nr, addr), BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		BIT_MASK(nr)) != 0;
}

static __always_inline bool test_and_clear_bit(long nr, volatile unsigned long *addr)
{
	return (__atomic_fetch_and(__kmemu_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		BIT_MASK(nr)) != 0;
}

static __always_inline bool test_and_change_bit(long nr, volatile unsigned long *addr)
{
	return (__atomic_fetch_xor(__kmemu_word(nr, addr), BIT_MASK(nr), __ATOMIC_SEQ_CST) &
		BIT_MASK(nr)) != 0;
}

/* As a lock: acquire, and release. */
static __always_inline bool test_and_set_bit_lock(long nr, volatile unsigned long *addr)
{
	return (__atomic_fetch_or(__kmemu_word(nr, addr), BIT_MASK(nr), __ATOMIC_ACQUIRE) &
		BIT_MASK(nr)) != 0;
}

static __always_inline void clear_bit_unlock(long nr, volatile unsigned long *addr)
{
	__atomic_fetch_and(__kmemu_word(nr, addr), ~BIT_MASK(nr), __ATOMIC_RELEASE);
}

static __always_inline void __clear_bit_unlock(long nr, volatile unsigned long *addr)
{
	clear_bit_unlock(nr, addr);
}

#define assign_bit(nr, addr, value) ((value) ? set_bit((nr), (addr)) : clear_bit((nr), (addr)))
#define __assign_bit(nr, addr, value) \
	((value) ? __set_bit((nr), (addr)) : __clear_bit((nr), (addr)))
#define __ptr_set_bit(nr, addr) __set_bit(nr, (unsigned long *)(addr))
#define __ptr_clear_bit(nr, addr) __clear_bit(nr, (unsigned long *)(addr))
#define __ptr_test_bit(nr, addr) test_bit(nr, (unsigned long *)(addr))

#define set_mask_bits(ptr, mask, bits)                                                  \
	({                                                                              \
		__typeof__(ptr) __smb_p = (ptr);                                        \
		__typeof__(*(ptr)) __smb_old = READ_ONCE(*__smb_p), __smb_new;          \
		do {                                                                    \
			__smb_new = (__smb_old & ~(mask)) | (bits);                     \
		} while (!__atomic_compare_exchange_n(__smb_p, &__smb_old, __smb_new,   \
						      false, __ATOMIC_SEQ_CST,          \
						      __ATOMIC_RELAXED));               \
		__smb_old;                                                              \
	})

/* The other end of each byte and word: a big endian machine's bitmap by bytes. */
#define BITOP_LE_SWIZZLE 0

static __always_inline int test_bit_le(unsigned long nr, const void *addr)
{
	return test_bit(nr, addr);
}

static __always_inline void set_bit_le(unsigned long nr, void *addr)
{
	set_bit(nr, (unsigned long *)addr);
}

static __always_inline void clear_bit_le(unsigned long nr, void *addr)
{
	clear_bit(nr, (unsigned long *)addr);
}

static __always_inline void __set_bit_le(unsigned long nr, void *addr)
{
	__set_bit(nr, addr);
}

static __always_inline void __clear_bit_le(unsigned long nr, void *addr)
{
	__clear_bit(nr, addr);
}

#include <linux/find.h>

/* Clears those bits unless one of test is set; true: it did. */
#define bit_clear_unless(ptr, clear, test)                                                     \
	__extension__({                                                                        \
		const __typeof__(*(ptr)) __clear = (clear), __test = (test);                   \
		__typeof__(*(ptr)) __old = READ_ONCE(*(ptr));                                  \
		while (!(__old & __test) &&                                                    \
		       !__atomic_compare_exchange_n(ptr, &__old, __old & ~__clear, 0,          \
						    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))       \
			;                                                                      \
		!(__old & __test);                                                             \
	})

/* How many bits a number below count needs, and one more for count itself. */
static inline int get_bitmask_order(unsigned int count)
{
	return fls(count);
}

/* Of the low bits, by arithmetic there. */
__kmemu_inline_of_ours unsigned int __sw_hweight8(unsigned int w)
{
	return hweight8(w);
}

__kmemu_inline_of_ours unsigned int __sw_hweight16(unsigned int w)
{
	return hweight16(w);
}

__kmemu_inline_of_ours unsigned int __sw_hweight32(unsigned int w)
{
	return hweight32(w);
}

__kmemu_inline_of_ours unsigned long __sw_hweight64(u64 w)
{
	return hweight64(w);
}

#endif /* __cplusplus */

#endif /* _LINUX_BITOPS_H */
