/* SPDX-License-Identifier: MIT */
/* <linux/kstrtox.h> of Linux 6.12: numbers from text. */
#ifndef _LINUX_KSTRTOX_H
#define _LINUX_KSTRTOX_H

#include <kmemu/kstrtox.h>
#include <linux/compiler.h>
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

#define simple_strtoull(s, end, base) kmemu_simple_strtoull(s, end, base)
#define simple_strtoul(s, end, base) ((unsigned long)kmemu_simple_strtoull(s, end, base))
#define simple_strtol(s, end, base) ((long)simple_strtoll(s, end, base))
#define memparse(s, end) kmemu_memparse(s, end)

static __inline __maybe_unused long long simple_strtoll(const char *s, char **end,
							unsigned int base)
{
	return *s == '-' ? -(long long)kmemu_simple_strtoull(s + 1, end, base) :
			   (long long)kmemu_simple_strtoull(s, end, base);
}

#endif /* _LINUX_KSTRTOX_H */
