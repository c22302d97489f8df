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

#include <string.h>

#include "core/lib/vsprintf_out.h"

void out_char(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len] = c;
	if (o->len < INT32_MAX)
		o->len++;
}

static void put_run(struct out *o, const char *s, int n)
{
	while (n-- > 0)
		out_char(o, *s++);
}

void out_fill(struct out *o, char c, int n)
{
	while (n-- > 0)
		out_char(o, c);
}

/* s of n bytes, padded with blanks to the width. */
void out_text(struct out *o, const struct spec *sp, const char *s, int n)
{
	if (!sp->left)
		out_fill(o, ' ', sp->width - n);
	put_run(o, s, n);
	if (sp->left)
		out_fill(o, ' ', sp->width - n);
}

static int bounded_length(const char *s, int max)
{
	int n = 0;

	while ((max < 0 || n < max) && s[n])
		n++;
	return n;
}

/* Kernel: check_pointer_msg(). */
static bool is_bad_address(const void *p)
{
	return (uintptr_t)p < 4096 || (uintptr_t)p >= (uintptr_t)-4095;
}

void out_string(struct out *o, const struct spec *sp, const char *s)
{
	struct spec word = *sp;

	if (o->pointer && is_bad_address(s)) {
		word.precision = word.precision < 0 ? 2 * (int)sizeof(s) : word.precision;
		s = s ? "(efault)" : "(null)";
	} else if (!s) {
		s = "(null)";
	}
	out_text(o, sp, s, bounded_length(s, word.precision));
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
			out_char(o, *s);
			continue;
		}
		out_char(o, '\\');
		out_char(o, (char)('0' + (c >> 6)));
		out_char(o, (char)('0' + (c >> 3 & 7)));
		out_char(o, (char)('0' + (c & 7)));
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

void out_number(struct out *o, const struct spec *sp, u64 v, const char *sign)
{
	char digit[24];
	int n = digits_of(digit, v, sp->base, sp->upper);
	const char *prefix = "";
	int prefix_len, zeros, pad;

	if (sp->alt && (v || o->pointer) && sp->base == 16)
		prefix = sp->upper ? "0X" : "0x";
	else if (sp->alt && v && sp->base == 8)
		prefix = "0";
	if (v == 0 && sp->precision == 0 && !o->pointer)
		n = 0;
	prefix_len = bounded_length(prefix, -1) + bounded_length(sign, -1);
	zeros = sp->precision > n ? sp->precision - n : 0;
	pad = sp->width - n - zeros - prefix_len;
	if (sp->zero && !sp->left && (sp->precision < 0 || o->pointer) && pad > 0) {
		zeros += pad;
		pad = 0;
	}
	if (!sp->left)
		out_fill(o, ' ', pad);
	put_run(o, sign, bounded_length(sign, -1));
	put_run(o, prefix, bounded_length(prefix, -1));
	out_fill(o, '0', zeros);
	while (n > 0)
		out_char(o, digit[--n]);
	if (sp->left)
		out_fill(o, ' ', pad);
}

static void put_signed(struct out *o, const struct spec *sp, s64 v)
{
	const char *sign = v < 0 ? "-" : sp->plus ? "+" : sp->space ? " " : "";

	out_number(o, sp, v < 0 ? 0 - (u64)v : (u64)v, sign);
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
/* Kernel: FIELD_WIDTH_MAX; the width of a %*pb is the number of its bits. */
#define MAX_FIELD_KERNEL ((1 << 23) - 1)

/* Kernel: PRECISION_MAX. */
#define MAX_PRECISION_KERNEL ((1 << 15) - 1)

static void note_wrong(struct out *o, int wrong, int value)
{
	if (o->pointer && !o->wrong) {
		o->wrong = wrong;
		o->wrong_value = value;
	}
}

static int max_field(const struct out *o)
{
	return o->pointer ? MAX_FIELD_KERNEL : MAX_FIELD;
}

static const char *parse_digits(const char *f, int *value, int most)
{
	for (*value = 0; *f >= '0' && *f <= '9'; f++)
		*value = *value > most ? *value : *value * 10 + (*f - '0');
	*value = min(*value, most);
	return f;
}

/* j is none of the kernel's. */
static const char *parse_length(struct out *o, struct spec *sp, const char *f)
{
	switch (*f) {
	case 'h':
		sp->length = f[1] == 'h' ? 'H' : 'h';
		return f + 1 + (f[1] == 'h');
	case 'l':
		sp->length = f[1] == 'l' ? 'L' : 'l';
		return f + 1 + (f[1] == 'l');
	case 'L':
		sp->length = 'L';
		return f + 1;
	case 'z':
	case 'j':
	case 't':
		sp->length = 'z';
		return f + (*f != 'j' || !o->pointer);
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

static const char *parse_width(struct out *o, struct spec *sp, const char *f, struct args *a)
{
	int most = max_field(o);

	sp->has_width = *f == '*' || (*f >= '0' && *f <= '9');
	if (*f == '*') {
		sp->width = va_arg(a->ap, int);
		if (sp->width > most || sp->width < -most)
			note_wrong(o, OUT_WIDTH, sp->width);
		if (sp->width < 0) {
			sp->left = true;
			sp->width = sp->width < -most ? most : -sp->width;
		}
		sp->width = min(sp->width, most);
		return f + 1;
	}
	return parse_digits(f, &sp->width, most);
}

/* The kernel's: below 0 is 0, and a dot alone says nothing. */
static const char *parse_precision(struct out *o, struct spec *sp, const char *f, struct args *a)
{
	sp->precision = -1;
	if (*f != '.')
		return f;
	if (f[1] == '*') {
		sp->precision = va_arg(a->ap, int);
		if (o->pointer && sp->precision > MAX_PRECISION_KERNEL) {
			note_wrong(o, OUT_PRECISION, sp->precision);
			sp->precision = MAX_PRECISION_KERNEL;
		}
		sp->precision = max(sp->precision, o->pointer ? 0 : -1);
		return f + 2;
	}
	if (o->pointer && (f[1] < '0' || f[1] > '9'))
		return f + 1;
	return parse_digits(f + 1, &sp->precision, MAX_FIELD);
}

void out_address(struct out *o, const struct spec *sp, const void *p)
{
	struct spec digits = *sp;

	digits.base = 16;
	if (!o->pointer || !sp->has_width) /* kernel: pointer_string() */
		digits.precision = 2 * (int)sizeof(p);
	else
		digits.precision = -1;
	digits.alt = false;
	out_number(o, &digits, (u64)(uintptr_t)p, "");
}

static const char *put_pointer(struct out *o, struct spec *sp, const char *f, const void *p)
{
	if (o->pointer)
		return o->pointer(o, sp, f, p);
	if (*f == 'E')
		put_escaped(o, p);
	else
		out_address(o, sp, p);
	return f + (*f == 'x' || *f == 'E');
}

static void put_unsigned(struct out *o, struct spec *sp, struct args *a, int base)
{
	sp->base = base;
	out_number(o, sp, unsigned_arg(a, sp->length), "");
}

/* The directive behind the '%' at f - 1; returns what follows it. */
static const char *put_directive(struct out *o, const char *f, struct args *a)
{
	struct spec sp = { .base = 10 };
	const char *start = f;
	char c;

	f = parse_flags(&sp, f);
	f = parse_width(o, &sp, f, a);
	f = parse_precision(o, &sp, f, a);
	f = parse_length(o, &sp, f);
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
		out_string(o, &sp, va_arg(a->ap, const char *));
		break;
	case 'c':
		c = (char)va_arg(a->ap, int);
		out_text(o, &sp, &c, 1);
		break;
	case 'p':
		return put_pointer(o, &sp, f + 1, va_arg(a->ap, const void *));
	case '%':
		out_char(o, '%');
		break;
	default:
		note_wrong(o, OUT_UNKNOWN, *f);
		if (o->pointer)
			return f + strlen(f);
		out_char(o, '%');
		return start;
	}
	return f + 1;
}

void out_format(struct out *o, const char *fmt, va_list ap)
{
	struct args a;

	va_copy(a.ap, ap);
	while (*fmt) {
		if (*fmt == '%')
			fmt = put_directive(o, fmt + 1, &a);
		else
			out_char(o, *fmt++);
	}
	va_end(a.ap);
}

int kmemu_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out o = { .buf = buf, .size = size };

	out_format(&o, fmt, ap);
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
