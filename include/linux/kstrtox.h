/* SPDX-License-Identifier: MIT */
/* <linux/kstrtox.h> of Linux 6.12: numbers from text. */
#ifndef _LINUX_KSTRTOX_H
#define _LINUX_KSTRTOX_H

#include <kmemu/kstrtox.h>
#include <kmemu/lib.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define __kstrto(name, type)                                                       \
	__kmemu_c int __must_check kstrto##name(const char *s, unsigned int base, type *res)

__kstrto(ull, unsigned long long) __kmemu_is(kmemu_kstrtoull);
__kstrto(ll, long long) __kmemu_is(kmemu_kstrtoll);
__kstrto(ul, unsigned long) __kmemu_is(kmemu_kstrtoul);
__kstrto(l, long) __kmemu_is(kmemu_kstrtol);
__kstrto(uint, unsigned int) __kmemu_is(kmemu_kstrtouint);
__kstrto(int, int) __kmemu_is(kmemu_kstrtoint);
__kstrto(u64, u64) __kmemu_is(kmemu_kstrtoull);
__kstrto(s64, s64) __kmemu_is(kmemu_kstrtoll);
__kstrto(u32, u32) __kmemu_is(kmemu_kstrtouint);
__kstrto(s32, s32) __kmemu_is(kmemu_kstrtoint);
__kstrto(u16, u16) __kmemu_is(kmemu_kstrtou16);
__kstrto(s16, s16) __kmemu_is(kmemu_kstrtos16);
__kstrto(u8, u8) __kmemu_is(kmemu_kstrtou8);
__kstrto(s8, s8) __kmemu_is(kmemu_kstrtos8);
#undef __kstrto
__kmemu_c int __must_check kstrtobool(const char *s, bool *res) __kmemu_is(kmemu_kstrtobool);

__kmemu_c unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
	__kmemu_is(kmemu_simple_strtoull);
__kmemu_c unsigned long simple_strtoul(const char *s, char **end, unsigned int base)
	__kmemu_is(kmemu_simple_strtoull);
__kmemu_c unsigned long long memparse(const char *s, char **end) __kmemu_is(kmemu_memparse);

static __inline __maybe_unused long long simple_strtoll(const char *s, char **end,
							unsigned int base)
{
	return *s == '-' ? -(long long)kmemu_simple_strtoull(s + 1, end, base) :
			   (long long)kmemu_simple_strtoull(s, end, base);
}

static __inline __maybe_unused long simple_strtol(const char *s, char **end, unsigned int base)
{
	return (long)simple_strtoll(s, end, base);
}

/* Of user memory: -EFAULT, and as the others. */
#define __kstrto_from_user(name, type)                                                      \
	static __inline __maybe_unused int kstrto##name##_from_user(const char __user *s,   \
								    size_t count,           \
								    unsigned int base,      \
								    type *res)              \
	{                                                                                   \
		char buf[72]; /* sign, 64 digits, line feed, 0 */                           \
									                    \
		if (count > sizeof(buf) - 1)                                                \
			count = sizeof(buf) - 1;                                            \
		if (kmemu_copy_user(buf, s, count))                                         \
			return -EFAULT;                                                     \
		buf[count] = '\0';                                                          \
		return kstrto##name(buf, base, res);                                        \
	}
__kstrto_from_user(ull, unsigned long long)
__kstrto_from_user(ll, long long)
__kstrto_from_user(ul, unsigned long)
__kstrto_from_user(l, long)
__kstrto_from_user(uint, unsigned int)
__kstrto_from_user(int, int)
__kstrto_from_user(u16, u16)
__kstrto_from_user(s16, s16)
__kstrto_from_user(u8, u8)
__kstrto_from_user(s8, s8)
#undef __kstrto_from_user

static __always_inline int kstrtou64_from_user(const char __user *s, size_t count,
					       unsigned int base,
					       u64 *res)
{
	return kstrtoull_from_user(s, count, base, res);
}

static __always_inline int kstrtos64_from_user(const char __user *s, size_t count,
					       unsigned int base,
					       s64 *res)
{
	return kstrtoll_from_user(s, count, base, res);
}

static __always_inline int kstrtou32_from_user(const char __user *s, size_t count,
					       unsigned int base,
					       u32 *res)
{
	return kstrtouint_from_user(s, count, base, res);
}

static __always_inline int kstrtos32_from_user(const char __user *s, size_t count,
					       unsigned int base,
					       s32 *res)
{
	return kstrtoint_from_user(s, count, base, res);
}

static __inline __maybe_unused int kstrtobool_from_user(const char __user *s, size_t count,
							bool *res)
{
	char buf[4] = "";

	if (kmemu_copy_user(buf, s, count > sizeof(buf) - 1 ? sizeof(buf) - 1 : count))
		return -EFAULT;
	return kstrtobool(buf, res);
}

#endif /* _LINUX_KSTRTOX_H */
