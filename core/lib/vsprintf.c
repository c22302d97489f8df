/*
 * vsprintf.c - what printk and the summary are formatted with.
 *
 * The kernel's lib/vsprintf.c in small. libc's snprintf cannot be used here:
 * it may allocate (wide or positional arguments), takes the locale, and is
 * not async-signal-safe, while this runs inside malloc and inside handlers.
 *
 * A text is written through struct out, which counts on beyond the end of the
 * buffer and stores only what fits: so one pass gives both the text and the
 * length it wants to have, as the kernel's vsnprintf does.
 *
 * Invariant: buf[size - 1] is never anything but the closing NUL, and with
 * size == 0 nothing is written.
 *
 * Different from the kernel: %p is not hashed (see vsprintf.h); none of the
 * pointer extensions but %px and %pE, which takes a string with its NUL and not
 * a length; no %n, no floating point (the kernel has none either); an unknown
 * directive is copied, where the kernel warns.
 */
#include "core/lib/vsprintf.h"

struct out {
	char *buf;
	size_t size;
	size_t len; /* what the text needs so far */
};

struct spec {
	bool left, plus, space, alt, zero, upper;
	int width; /* 0: none */
	int precision; /* -1: none */
	int base;
	char length; /* 'H' hh, 'h', 'l', 'L' ll, 'z' (also j, t), 0 */
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	if (o->len < INT32_MAX)
		o->len++;
}

static void put_run(struct out *o, const char *s, int n)
{
	while (n-- > 0)
		put(o, *s++);
}

static void put_fill(struct out *o, char c, int n)
{
	while (n-- > 0)
		put(o, c);
}

/* s of n bytes, padded with blanks to the width. */
static void put_text(struct out *o, const struct spec *sp, const char *s, int n)
{
	if (!sp->left)
		put_fill(o, ' ', sp->width - n);
	put_run(o, s, n);
	if (sp->left)
		put_fill(o, ' ', sp->width - n);
}

static int bounded_length(const char *s, int max)
{
	int n = 0;

	while ((max < 0 || n < max) && s[n])
		n++;
	return n;
}

static void put_string(struct out *o, const struct spec *sp, const char *s)
{
	if (!s)
		s = "(null)";
	put_text(o, sp, s, bounded_length(s, sp->precision));
}

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* Control bytes as \ooo, the way /proc/PID/maps has a file's name. */
static void put_escaped(struct out *o, const char *s)
{
	for (s = s ? s : "(null)"; *s; s++) {
		u8 c = (u8)*s;

		if (!is_control(*s)) {
			put(o, *s);
			continue;
		}
		put(o, '\\');
		put(o, (char)('0' + (c >> 6)));
		put(o, (char)('0' + (c >> 3 & 7)));
		put(o, (char)('0' + (c & 7)));
	}
}

/* Digits of v, least first; at least one. Returns how many. */
static int digits_of(char *out, u64 v, int base, bool upper)
{
	const char *set = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	int n = 0;

	do
		out[n++] = set[v % (unsigned int)base];
	while (v /= (unsigned int)base);
	return n;
}

static void put_number(struct out *o, const struct spec *sp, u64 v, const char *sign)
{
	char digit[24];
	int n = digits_of(digit, v, sp->base, sp->upper);
	const char *prefix = "";
	int prefix_len, zeros, pad;

	if (sp->alt && v && sp->base == 16)
		prefix = sp->upper ? "0X" : "0x";
	else if (sp->alt && v && sp->base == 8)
		prefix = "0";
	if (v == 0 && sp->precision == 0)
		n = 0;
	prefix_len = bounded_length(prefix, -1) + bounded_length(sign, -1);
	zeros = sp->precision > n ? sp->precision - n : 0;
	pad = sp->width - n - zeros - prefix_len;
	if (sp->zero && !sp->left && sp->precision < 0 && pad > 0) {
		zeros += pad;
		pad = 0;
	}
	if (!sp->left)
		put_fill(o, ' ', pad);
	put_run(o, sign, bounded_length(sign, -1));
	put_run(o, prefix, bounded_length(prefix, -1));
	put_fill(o, '0', zeros);
	while (n > 0)
		put(o, digit[--n]);
	if (sp->left)
		put_fill(o, ' ', pad);
}

static void put_signed(struct out *o, const struct spec *sp, s64 v)
{
	const char *sign = v < 0 ? "-" : sp->plus ? "+" : sp->space ? " " : "";

	put_number(o, sp, v < 0 ? 0 - (u64)v : (u64)v, sign);
}

static const char *parse_flags(struct spec *sp, const char *f)
{
	for (;; f++) {
		switch (*f) {
		case '-':
			sp->left = true;
			break;
		case '+':
			sp->plus = true;
			break;
		case ' ':
			sp->space = true;
			break;
		case '#':
			sp->alt = true;
			break;
		case '0':
			sp->zero = true;
			break;
		default:
			return f;
		}
	}
}

/* Widths above this are a mistake of the caller, not something to print. */
#define MAX_FIELD 4096

static const char *parse_digits(const char *f, int *value)
{
	for (*value = 0; *f >= '0' && *f <= '9'; f++)
		*value = *value > MAX_FIELD ? *value : *value * 10 + (*f - '0');
	*value = min(*value, MAX_FIELD);
	return f;
}

static const char *parse_length(struct spec *sp, const char *f)
{
	switch (*f) {
	case 'h':
		sp->length = f[1] == 'h' ? 'H' : 'h';
		return f + 1 + (f[1] == 'h');
	case 'l':
		sp->length = f[1] == 'l' ? 'L' : 'l';
		return f + 1 + (f[1] == 'l');
	case 'z':
	case 'j':
	case 't':
		sp->length = 'z';
		return f + 1;
	default:
		return f;
	}
}

/*
 * A va_list that is a parameter has a type of its own on x86-64 (array
 * decays); in a struct its address can be handed on everywhere.
 */
struct args {
	va_list ap;
};

static s64 signed_arg(struct args *a, char length)
{
	switch (length) {
	case 'H':
		return (signed char)va_arg(a->ap, int);
	case 'h':
		return (short)va_arg(a->ap, int);
	case 0:
		return va_arg(a->ap, int);
	case 'L':
		return va_arg(a->ap, long long);
	default:
		return va_arg(a->ap, long);
	}
}

static u64 unsigned_arg(struct args *a, char length)
{
	switch (length) {
	case 'H':
		return (unsigned char)va_arg(a->ap, int);
	case 'h':
		return (unsigned short)va_arg(a->ap, int);
	case 0:
		return va_arg(a->ap, unsigned int);
	case 'L':
		return va_arg(a->ap, unsigned long long);
	default:
		return va_arg(a->ap, unsigned long);
	}
}

static const char *parse_width(struct spec *sp, const char *f, struct args *a)
{
	if (*f == '*') {
		sp->width = va_arg(a->ap, int);
		if (sp->width < 0) {
			sp->left = true;
			sp->width = sp->width < -MAX_FIELD ? MAX_FIELD : -sp->width;
		}
		sp->width = min(sp->width, MAX_FIELD);
		return f + 1;
	}
	return parse_digits(f, &sp->width);
}

static const char *parse_precision(struct spec *sp, const char *f, struct args *a)
{
	sp->precision = -1;
	if (*f != '.')
		return f;
	if (f[1] == '*') {
		sp->precision = va_arg(a->ap, int);
		sp->precision = max(sp->precision, -1);
		return f + 2;
	}
	return parse_digits(f + 1, &sp->precision);
}

static void put_pointer(struct out *o, struct spec *sp, const void *p)
{
	sp->base = 16;
	sp->precision = 2 * (int)sizeof(p);
	sp->alt = false;
	put_number(o, sp, (u64)(uintptr_t)p, "");
}

static void put_unsigned(struct out *o, struct spec *sp, struct args *a, int base)
{
	sp->base = base;
	put_number(o, sp, unsigned_arg(a, sp->length), "");
}

/* The directive behind the '%' at f - 1; returns what follows it. */
static const char *put_directive(struct out *o, const char *f, struct args *a)
{
	struct spec sp = { .base = 10 };
	const char *start = f;
	char c;

	f = parse_flags(&sp, f);
	f = parse_width(&sp, f, a);
	f = parse_precision(&sp, f, a);
	f = parse_length(&sp, f);
	switch (*f) {
	case 'd':
	case 'i':
		put_signed(o, &sp, signed_arg(a, sp.length));
		break;
	case 'X':
		sp.upper = true; /* fall through */
	case 'x':
		put_unsigned(o, &sp, a, 16);
		break;
	case 'o':
		put_unsigned(o, &sp, a, 8);
		break;
	case 'u':
		put_unsigned(o, &sp, a, 10);
		break;
	case 's':
		put_string(o, &sp, va_arg(a->ap, const char *));
		break;
	case 'c':
		c = (char)va_arg(a->ap, int);
		put_text(o, &sp, &c, 1);
		break;
	case 'p':
		if (f[1] == 'E')
			put_escaped(o, va_arg(a->ap, const char *));
		else
			put_pointer(o, &sp, va_arg(a->ap, const void *));
		return f + 1 + (f[1] == 'x' || f[1] == 'E');
	case '%':
		put(o, '%');
		break;
	default:
		put(o, '%');
		return start;
	}
	return f + 1;
}

int kmemu_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out o = { buf, size, 0 };
	struct args a;

	va_copy(a.ap, ap);
	while (*fmt) {
		if (*fmt == '%')
			fmt = put_directive(&o, fmt + 1, &a);
		else
			put(&o, *fmt++);
	}
	va_end(a.ap);
	if (size)
		buf[min(o.len, size - 1)] = '\0';
	return (int)o.len;
}

int kmemu_vscnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	int len = kmemu_vsnprintf(buf, size, fmt, ap);

	if (size == 0)
		return 0;
	return (size_t)len < size ? len : (int)(size - 1);
}

int kmemu_scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = kmemu_vscnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}
