/*
 * bprintf.c - arguments of a format kept in a buffer, to be printed later (kernel:
 * lib/vsprintf.c vbin_printf(), bstr_printf(); fs/seq_file.c seq_bprintf()).
 *
 * In the order of the format: an int, and a width or precision that comes as one, is a
 * word of 32 bits, what is longer two; a string is copied, and so is the text of a %p
 * whose form looks at what is there. Each begins at a word. Who prints it gives the
 * same format.
 *
 * Locks: none. Cost: that of snprintf(), twice.
 */
#include <ctype.h>
#include <string.h>

#include "core/os/compiler.h"
#include "include/kmemu/printk.h"
#include "include/kmemu/seq_file.h"

#define SPEC_BYTES 64 /* of one directive; a longer one is cut */

enum kind { TEXT, INT, LONG, STRING, POINTER, LOOKED_AT };

struct directive {
	const char *end; /* what follows it */
	enum kind kind;
	int stars; /* widths and precisions that are arguments */
	char spec[SPEC_BYTES];
};

static enum kind kind_of(char conversion, int longs)
{
	if (conversion == 'c' || (strchr("diuxXo", conversion) && longs < 1))
		return INT;
	return strchr("diuxXo", conversion) ? LONG : conversion == 's' ? STRING : TEXT;
}

/* fmt is at a '%', or at text up to one. */
static void read_directive(struct directive *d, const char *fmt)
{
	const char *at = fmt;
	int longs = 0;

	d->stars = 0;
	if (*at != '%' || at[1] == '%' || !at[1]) {
		d->kind = TEXT;
		d->end = *at == '%' ? at + 1 + !!at[1] : at + strcspn(at, "%");
		return;
	}
	for (at++; *at && strchr("-+ #0123456789.*", *at); at++)
		d->stars += *at == '*';
	for (; *at && strchr("hlLqjzt", *at); at++)
		longs += *at == 'h' ? 0 : 1;
	d->kind = *at ? kind_of(*at, longs) : TEXT;
	if (*at == 'p') {
		d->kind = strchr("xKsSB", at[1]) || !isalnum((unsigned char)at[1]) ? POINTER :
										     LOOKED_AT;
		while (isalnum((unsigned char)at[1]))
			at++;
	}
	d->end = at + !!*at;
	memcpy(d->spec, fmt, min((size_t)(d->end - fmt), sizeof(d->spec) - 1));
	d->spec[min((size_t)(d->end - fmt), sizeof(d->spec) - 1)] = '\0';
}

struct words {
	u32 *at;
	size_t size, n; /* n: what all of it needs */
};

static void put(struct words *w, const void *from, size_t bytes)
{
	size_t words = DIV_ROUND_UP(bytes, 4);

	if (w->n + words <= w->size)
		memcpy(w->at + w->n, from, bytes);
	w->n += words;
}

static void get(struct words *w, void *to, size_t bytes)
{
	memcpy(to, w->at + w->n, bytes);
	w->n += DIV_ROUND_UP(bytes, 4);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* snprintf() of one directive with its stars before the value. */
#define print(buf, size, d, star, value)                                                      \
	((d)->stars == 0 ? kmemu_snprintf(buf, size, (d)->spec, value) :                      \
	 (d)->stars == 1 ? kmemu_snprintf(buf, size, (d)->spec, (star)[0], value) :           \
			   kmemu_snprintf(buf, size, (d)->spec, (star)[0], (star)[1], value))

/* As much of it as there is room for. */
static void put_looked_at(struct words *w, const struct directive *d, const int *star,
			  const void *p)
{
	size_t left = w->n < w->size ? (w->size - w->n) * 4 : 0;
	int len = print((char *)(w->at + w->n), left, d, star, p);

	w->n += DIV_ROUND_UP((size_t)len + 1, 4);
}

KMEMU_EXPORT int kmemu_vbin_printf(unsigned int *bin_buf, size_t size, const char *fmt,
				   va_list args)
{
	struct words w = { .at = bin_buf, .size = size };
	struct directive d;

	for (; *fmt; fmt = d.end) {
		int star[2] = { 0, 0 };

		read_directive(&d, fmt);
		for (int i = 0; i < d.stars && i < 2; i++) {
			star[i] = va_arg(args, int);
			if (d.kind != LOOKED_AT)
				put(&w, &star[i], sizeof(int));
		}
		if (d.kind == INT) {
			put(&w, &(int){ va_arg(args, int) }, sizeof(int));
		} else if (d.kind == LONG || d.kind == POINTER) {
			put(&w, &(u64){ va_arg(args, u64) }, sizeof(u64));
		} else if (d.kind == STRING) {
			const char *s = va_arg(args, const char *);

			s = s ? s : "(null)";
			put(&w, s, strlen(s) + 1);
		} else if (d.kind == LOOKED_AT) {
			put_looked_at(&w, &d, star, va_arg(args, const void *));
		}
	}
	return (int)w.n;
}

KMEMU_EXPORT int kmemu_bstr_printf(char *buf, size_t size, const char *fmt,
				   const unsigned int *bin_buf)
{
	struct words w = { .at = (u32 *)bin_buf };
	struct directive d;
	size_t len = 0;

	for (; *fmt; fmt = d.end) {
		size_t room = len < size ? size - len : 0;
		char *to = room ? buf + len : NULL;
		int star[2] = { 0, 0 }, i = 0;
		u64 value = 0;

		read_directive(&d, fmt);
		for (; d.kind != LOOKED_AT && i < d.stars && i < 2; i++)
			get(&w, &star[i], sizeof(int));
		if (d.kind == TEXT) {
			int n = *fmt == '%' ? 1 : (int)(d.end - fmt);

			len += (size_t)kmemu_snprintf(to, room, "%.*s", n, fmt);
		} else if (d.kind == INT) {
			get(&w, &i, sizeof(int));
			len += (size_t)print(to, room, &d, star, i);
		} else if (d.kind == LONG || d.kind == POINTER) {
			get(&w, &value, sizeof(value));
			len += (size_t)print(to, room, &d, star, value);
		} else {
			const char *s = (const char *)(w.at + w.n);

			w.n += DIV_ROUND_UP(strlen(s) + 1, 4);
			len += (size_t)(d.kind == STRING ? print(to, room, &d, star, s) :
							   kmemu_snprintf(to, room, "%s", s));
		}
	}
	return (int)len;
}
#pragma GCC diagnostic pop

KMEMU_EXPORT int kmemu_bprintf(unsigned int *bin_buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = kmemu_vbin_printf(bin_buf, size, fmt, args);
	va_end(args);
	return n;
}

KMEMU_EXPORT void kmemu_seq_bprintf(struct seq_file *m, const char *fmt, const unsigned int *binary)
{
	size_t room = m->size - m->count;
	int len = m->count < m->size ? kmemu_bstr_printf(m->buf + m->count, room, fmt, binary) : 0;

	if (m->count < m->size && (size_t)len < room)
		m->count += (size_t)len;
	else
		m->count = m->size;
}
