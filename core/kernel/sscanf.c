/*
 * sscanf.c - numbers and words from text (kernel: lib/vsprintf.c, `vsscanf`,
 * `simple_strntoull`).
 *
 * Different from libc's: a width counts the digits' prefix and sign as well, and may
 * end a number within its prefix, which is then 0; %[...] wants a width and knows no
 * ranges; what does not fit is cut, and nothing sets errno.
 *
 * Locks: none; nothing is allocated. Any context.
 */
#include <limits.h>
#include <stdarg.h>

#include "core/init/init.h"
#include "include/kmemu/printk.h"

struct scan {
	const char *str, *fmt;
	int width; /* -1: none */
	char size; /* 'H' hh, 'h', 'l', 'L' ll, 'z', 0 int */
	int n; /* what was read */
};

static bool space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

static void skip(struct scan *s)
{
	while (space(*s->str))
		s->str++;
}

/* Kernel: simple_strntoull(). At most max characters; end behind them. */
static unsigned long long number(const char *p, int max, const char **end, int base)
{
	const char *begin = p;
	unsigned long long val = 0;

	if (!base)
		base = *p != '0' ? 10 : (p[1] | 0x20) == 'x' && digit_of(p[2]) < 16 ? 16 : 8;
	if (base == 16 && *p == '0' && (p[1] | 0x20) == 'x')
		p += 2;
	if (p - begin >= max && p != begin) {
		*end = begin + max; /* no place for a digit */
		return 0;
	}
	for (; p - begin < max && digit_of(*p) < base; p++)
		val = val * (unsigned int)base + (unsigned int)digit_of(*p);
	*end = p;
	return val;
}

static void store(const struct scan *s, void *to, unsigned long long val)
{
	switch (s->size) {
	case 'H':
		*(unsigned char *)to = (unsigned char)val;
		break;
	case 'h':
		*(unsigned short *)to = (unsigned short)val;
		break;
	case 'l':
	case 'L':
	case 'z':
		*(unsigned long *)to = (unsigned long)val;
		break;
	default:
		*(unsigned int *)to = (unsigned int)val;
	}
}

/* False: there is none. */
static bool scan_number(struct scan *s, int base, bool is_signed, va_list *args)
{
	int max = s->width < 0 ? INT_MAX : s->width;
	bool minus;
	unsigned long long val;

	skip(s);
	minus = is_signed && *s->str == '-';
	if (minus && max == 1)
		return false;
	if (digit_of(s->str[minus]) >= (base ? base : 10))
		return false;
	val = number(s->str + minus, max - minus, &s->str, base);
	store(s, va_arg(*args, void *), minus ? -val : val);
	s->n++;
	return true;
}

static bool scan_chars(struct scan *s, va_list *args)
{
	char *to = va_arg(*args, char *);
	int n = s->width < 0 ? 1 : s->width;

	while (n-- > 0 && *s->str)
		*to++ = *s->str++;
	s->n++;
	return true;
}

static bool scan_word(struct scan *s, va_list *args)
{
	char *to = va_arg(*args, char *);
	int n = s->width < 0 ? SHRT_MAX : s->width;

	skip(s);
	while (n-- > 0 && *s->str && !space(*s->str))
		*to++ = *s->str++;
	*to = '\0';
	s->n++;
	return true;
}

static bool scan_set(struct scan *s, va_list *args)
{
	bool set[256] = { false }, negated, any = false;
	int n = s->width;
	char *to;

	negated = *s->fmt == '^';
	s->fmt += negated;
	if (n < 0 || !*s->fmt || *s->fmt == ']')
		return false;
	for (; *s->fmt != ']'; s->fmt++) {
		if (!*s->fmt)
			return false;
		set[(unsigned char)*s->fmt] = true;
	}
	s->fmt++;
	to = va_arg(*args, char *);
	for (; n-- > 0 && *s->str && set[(unsigned char)*s->str] != negated; any = true)
		*to++ = *s->str++;
	if (!any)
		return false;
	*to = '\0';
	s->n++;
	return true;
}

/* %*...: a word of the text, and the rest of the conversion. */
static void skip_word(struct scan *s)
{
	while (*s->fmt && !space(*s->fmt) && *s->fmt != '%') {
		if (*s->fmt == '[')
			while (*s->fmt && *s->fmt != ']')
				s->fmt++;
		if (*s->fmt)
			s->fmt++;
	}
	while (*s->str && !space(*s->str))
		s->str++;
}

/* False: the format is none. */
static bool read_width_and_size(struct scan *s)
{
	s->width = -1;
	s->size = 0;
	if (*s->fmt >= '0' && *s->fmt <= '9') {
		s->width = 0;
		while (*s->fmt >= '0' && *s->fmt <= '9')
			s->width = s->width * 10 + (*s->fmt++ - '0');
		if (s->width <= 0)
			return false;
	}
	if (*s->fmt == 'h' || *s->fmt == 'l' || *s->fmt == 'L' || *s->fmt == 'z') {
		s->size = *s->fmt++;
		if (s->size == *s->fmt && (s->size == 'h' || s->size == 'l')) {
			s->size = s->size == 'h' ? 'H' : 'L';
			s->fmt++;
		}
	}
	return *s->fmt;
}

static bool convert(struct scan *s, va_list *args)
{
	switch (*s->fmt++) {
	case 'c':
		return scan_chars(s, args);
	case 's':
		return scan_word(s, args);
	case '[':
		return scan_set(s, args);
	case 'o':
		return scan_number(s, 8, false, args);
	case 'x':
	case 'X':
		return scan_number(s, 16, false, args);
	case 'i':
		return scan_number(s, 0, true, args);
	case 'd':
		return scan_number(s, 10, true, args);
	case 'u':
		return scan_number(s, 10, false, args);
	case '%':
		return *s->str++ == '%';
	default:
		return false;
	}
}

static void scan(struct scan *s, const char *buf, va_list *args)
{
	while (*s->fmt) {
		if (space(*s->fmt)) {
			while (space(*s->fmt))
				s->fmt++;
			skip(s);
		} else if (*s->fmt != '%') {
			if (*s->fmt++ != *s->str++)
				return;
		} else if (*++s->fmt == '*') {
			if (!*s->str)
				return;
			skip_word(s);
		} else if (!read_width_and_size(s)) {
			return;
		} else if (*s->fmt == 'n') {
			s->fmt++;
			*va_arg(*args, int *) = (int)(s->str - buf);
		} else if (!*s->str || !convert(s, args)) {
			return;
		}
	}
}

KMEMU_EXPORT int kmemu_vsscanf(const char *buf, const char *fmt, va_list args)
{
	struct scan s = { .str = buf, .fmt = fmt };
	va_list copy;

	va_copy(copy, args);
	scan(&s, buf, &copy);
	va_end(copy);
	return s.n;
}

KMEMU_EXPORT int kmemu_sscanf(const char *buf, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = kmemu_vsscanf(buf, fmt, args);
	va_end(args);
	return n;
}
