/*
 * escape.c - text with backslashes and without (kernel: lib/string_helpers.c).
 *
 * Both answer what the text would take, as snprintf() does, but string_unescape(), which
 * ends with what fits. A character that is "printable" is one of Latin-1, as the
 * kernel's isprint() has it; "ascii" is below 128.
 */
#include <string.h>

#include "core/os/compiler.h"
#include "include/kmemu/lib.h"

/* A letter behind the backslash and what it stands for. */
static const char spaces[] = "f\fn\nr\rt\tv\v";
static const char specials[] = "\"\"\\\\a\ae\033";

/* --- with backslashes to without ----------------------------------------------- */

static bool by_letter(const char *pairs, char letter, char *c)
{
	for (; *pairs; pairs += 2) {
		if (*pairs == letter) {
			*c = pairs[1];
			return true;
		}
	}
	return false;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How many characters behind the backslash make *c; 0: they mean nothing. */
static int octal(const char *s, char *c)
{
	int n = 0, value = 0;

	for (; n < 3 && value < 32 && is_octal(s[n]); n++)
		value = value * 8 + (s[n] & 7);
	*c = (char)value;
	return n;
}

static int hex(const char *s, char *c)
{
	int first = s[0] == 'x' ? hex_value(s[1]) : -1, second;

	if (first < 0)
		return 0;
	second = hex_value(s[2]);
	*c = (char)(second < 0 ? first : first * 16 + second);
	return second < 0 ? 2 : 3;
}

static int unescaped(const char *s, unsigned int flags, char *c)
{
	int n = 0;

	if (flags & KMEMU_UNESCAPE_SPACE && by_letter(spaces, *s, c))
		return 1;
	if (flags & KMEMU_UNESCAPE_OCTAL)
		n = octal(s, c);
	if (!n && flags & KMEMU_UNESCAPE_HEX)
		n = hex(s, c);
	if (!n && flags & KMEMU_UNESCAPE_SPECIAL && by_letter(specials, *s, c))
		return 1;
	return n;
}

KMEMU_EXPORT int kmemu_string_unescape(char *src, char *dst, size_t size, unsigned int flags)
{
	char *out = dst, c;
	int n;

	if (!size)
		size = (size_t)-1;
	while (*src && --size) {
		if (src[0] == '\\' && src[1] && size > 1) {
			src++;
			size--;
			n = unescaped(src, flags, &c);
			*out++ = n ? c : '\\';
			src += n;
			if (n)
				continue;
		}
		*out++ = *src++;
	}
	*out = '\0';
	return (int)(out - dst);
}

/* --- without to with ------------------------------------------------------------- */

struct escape {
	char *dst;
	size_t len, room;
};

static void put(struct escape *e, char c)
{
	if (e->len < e->room)
		e->dst[e->len] = c;
	e->len++;
}

static void put_all(struct escape *e, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(e, s[i]);
}

static bool put_letter(struct escape *e, const char *pairs, char c)
{
	for (; *pairs; pairs += 2) {
		if (pairs[1] == c) {
			put_all(e, (char[]){ '\\', *pairs }, 2);
			return true;
		}
	}
	return false;
}

static bool is_printable(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c >= 0xa0;
}

/* Of a class that the flags leave alone. */
static bool is_exempt(unsigned char c, unsigned int flags)
{
	if (flags & KMEMU_ESCAPE_NAP && c < 0x80 && is_printable(c))
		return true;
	if (flags & KMEMU_ESCAPE_NP && is_printable(c))
		return true;
	return flags & KMEMU_ESCAPE_NA && c < 0x80;
}

static void escape_by_class(struct escape *e, unsigned char c, unsigned int flags)
{
	static const char digits[] = "0123456789abcdef";

	if (flags & KMEMU_ESCAPE_SPACE && put_letter(e, spaces, (char)c))
		return;
	if (flags & KMEMU_ESCAPE_SPECIAL && put_letter(e, specials, (char)c))
		return;
	if (flags & KMEMU_ESCAPE_NULL && !c)
		put_all(e, "\\0", 2);
	else if (flags & KMEMU_ESCAPE_OCTAL)
		put_all(e,
			(char[]){ '\\', digits[c >> 6], digits[c >> 3 & 7], digits[c & 7] }, 4);
	else if (flags & KMEMU_ESCAPE_HEX)
		put_all(e, (char[]){ '\\', 'x', digits[c >> 4], digits[c & 15] }, 4);
	else
		put(e, (char)c);
}

KMEMU_EXPORT int kmemu_string_escape_mem(const char *src, size_t isz, char *dst, size_t osz,
					 unsigned int flags, const char *only)
{
	struct escape e = { dst, 0, osz };
	bool chosen = only && *only, in, append = flags & KMEMU_ESCAPE_APPEND;

	for (; isz--; src++) {
		unsigned char c = (unsigned char)*src;

		in = chosen && strchr(only, c);
		if (chosen && !in && !append)
			put(&e, (char)c);
		else if (!(append && in) && is_exempt(c, flags))
			put(&e, (char)c);
		else
			escape_by_class(&e, c, flags);
	}
	return (int)e.len;
}
