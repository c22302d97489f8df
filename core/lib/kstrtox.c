/*
 * kstrtox.c - numbers from text (kernel: lib/kstrtox.c, lib/vsprintf.c
 * simple_strtoull(), lib/cmdline.c memparse()).
 *
 * The whole text must be the number, but for one newline at its end. Base 0 is 16
 * after 0x, 8 after 0, else 10; base 16 takes 0x as well. A number that its type
 * does not hold is -ERANGE, everything else -EINVAL. libc's strtoul would take
 * blanks, signs and locales.
 */
#include "include/kmemu/kstrtox.h"

#include <errno.h>
#include <limits.h>

#include "core/os/compiler.h"

static unsigned int digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned int)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? (unsigned int)(c - 'a') + 10 : UINT_MAX;
}

/* Kernel: _parse_integer_fixup_radix(). */
static const char *fixup_radix(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && (s[1] | 0x20) == 'x';

	if (*base == 0)
		*base = hex && digit(s[2]) < 16 ? 16 : s[0] == '0' ? 8 : 10;
	return hex && *base == 16 ? s + 2 : s;
}

/* Returns the digits taken; a value beyond 64 bits wraps, and that is told apart. */
static size_t parse_integer(const char *s, unsigned int base, unsigned long long *res,
			    bool *overflow)
{
	unsigned long long value = 0;
	size_t n;

	for (n = 0; digit(s[n]) < base; n++) {
		*overflow |=
			__builtin_mul_overflow(value, (unsigned long long)base, &value);
		*overflow |= __builtin_add_overflow(value, (unsigned long long)digit(s[n]),
						    &value);
	}
	*res = value;
	return n;
}

static int parse_whole(const char *s, unsigned int base, unsigned long long *res)
{
	bool overflow = false;
	size_t n;

	s = fixup_radix(s, &base);
	n = parse_integer(s, base, res, &overflow);
	if (overflow)
		return -ERANGE;
	if (!n)
		return -EINVAL;
	s += n;
	s += *s == '\n';
	return *s ? -EINVAL : 0;
}

KMEMU_EXPORT int kmemu_kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	unsigned long long value;
	int err = parse_whole(s + (*s == '+'), base, &value);

	if (!err)
		*res = value;
	return err;
}

KMEMU_EXPORT int kmemu_kstrtoll(const char *s, unsigned int base, long long *res)
{
	unsigned long long value;
	bool minus = *s == '-';
	int err = minus ? parse_whole(s + 1, base, &value) : kmemu_kstrtoull(s, base, &value);

	if (err)
		return err;
	if (value > (unsigned long long)LLONG_MAX + minus)
		return -ERANGE;
	*res = minus ? (long long)(0 - value) : (long long)value;
	return 0;
}

#define NARROW(name, type, wide, strtox)                                                  \
	KMEMU_EXPORT int kmemu_kstrto##name(const char *s, unsigned int base, type *res)  \
	{                                                                                 \
		wide value;                                                               \
		int err = strtox(s, base, &value);                                        \
                                                                                          \
		if (err)                                                                  \
			return err;                                                       \
		if (value != (wide)(type)value)                                           \
			return -ERANGE;                                                   \
		*res = (type)value;                                                       \
		return 0;                                                                 \
	}

NARROW(ul, unsigned long, unsigned long long, kmemu_kstrtoull)
NARROW(l, long, long long, kmemu_kstrtoll)
NARROW(uint, unsigned int, unsigned long long, kmemu_kstrtoull)
NARROW(int, int, long long, kmemu_kstrtoll)
NARROW(u16, unsigned short, unsigned long long, kmemu_kstrtoull)
NARROW(s16, short, long long, kmemu_kstrtoll)
NARROW(u8, unsigned char, unsigned long long, kmemu_kstrtoull)
NARROW(s8, signed char, long long, kmemu_kstrtoll)

KMEMU_EXPORT int kmemu_kstrtobool(const char *s, bool *res)
{
	if (!s)
		return -EINVAL;
	switch (s[0]) {
	case 'y':
	case 'Y':
	case 't':
	case 'T':
	case '1':
		*res = true;
		return 0;
	case 'n':
	case 'N':
	case 'f':
	case 'F':
	case '0':
		*res = false;
		return 0;
	case 'o':
	case 'O':
		if ((s[1] | 0x20) != 'n' && (s[1] | 0x20) != 'f')
			return -EINVAL;
		*res = (s[1] | 0x20) == 'n';
		return 0;
	default:
		return -EINVAL;
	}
}

KMEMU_EXPORT unsigned long long kmemu_simple_strtoull(const char *s, char **end, unsigned int base)
{
	unsigned long long value;
	bool overflow = false;

	s = fixup_radix(s, &base);
	s += parse_integer(s, base, &value, &overflow);
	if (end)
		*end = (char *)s;
	return value;
}

KMEMU_EXPORT unsigned long long kmemu_memparse(const char *s, char **end)
{
	static const char suffix[] = "kmgtpe";
	char *behind;
	unsigned long long value = kmemu_simple_strtoull(s, &behind, 0);

	for (unsigned int i = 0; suffix[i]; i++) {
		if ((*behind | 0x20) != suffix[i])
			continue;
		value <<= 10 * (i + 1);
		behind++;
		break;
	}
	if (end)
		*end = behind;
	return value;
}
