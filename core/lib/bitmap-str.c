/*
 * bitmap-str.c - bitmaps as text (kernel: lib/bitmap-str.c, and the %*pb and %*pbl of
 * lib/vsprintf.c). Printing needs no buffer for the whole text, as the kernel's
 * bitmap_print_list_to_buf() does: what lies before `skip` is made and dropped.
 */
#include <errno.h>

#include "core/os/compiler.h"
#include "include/kmemu/bitmap.h"

/* --- print */

struct text {
	char *buf;
	unsigned long size, skip, len;
};

static void put(struct text *t, char c)
{
	if (t->len >= t->skip && t->len - t->skip < t->size)
		t->buf[t->len - t->skip] = c;
	t->len++;
}

static void put_number(struct text *t, unsigned long n)
{
	char digits[20];
	int i = 0;

	do {
		digits[i++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	while (i)
		put(t, digits[--i]);
}

static void print_list(struct text *t, const unsigned long *map, unsigned int nbits)
{
	unsigned long end, start;

	for (end = 0;; end++) {
		start = kmemu_find_next_bit(KMEMU_BITS, map, map, map, nbits, end);
		if (start >= nbits)
			return;
		if (t->len)
			put(t, ',');
		end = kmemu_find_next_bit(KMEMU_BITS_NOT, map, map, map, nbits, start);
		put_number(t, start);
		if (end - 1 > start) {
			put(t, '-');
			put_number(t, end - 1);
		}
	}
}

static void print_mask(struct text *t, const unsigned long *map, unsigned int nbits)
{
	for (unsigned int digit = (nbits + 3) / 4; digit--;) {
		unsigned int at = digit * 4, room = nbits - at;
		unsigned long value = map[at / 64] >> at % 64 & 0xf;

		put(t, "0123456789abcdef"[room < 4 ? value & ((1u << room) - 1) : value]);
		if (digit && digit % 8 == 0)
			put(t, ',');
	}
}

KMEMU_EXPORT unsigned long kmemu_bitmap_print(int list, char *buf, unsigned long size,
					      unsigned long skip, const unsigned long *map,
					      unsigned int nbits)
{
	struct text t = { buf, size, skip, 0 };

	if (list)
		print_list(&t, map, nbits);
	else
		print_mask(&t, map, nbits);
	return t.len;
}

/* --- read */

static bool ends_text(char c)
{
	return c == '\0' || c == '\n';
}

static bool separates(char c)
{
	return c == ',' || c == ' ' || (c >= '\t' && c <= '\r') || c == (char)0xa0;
}

/* Regions of a list: `used` of each `group` bits from first to last. */
struct region {
	unsigned int first, last, used, group;
};

/* NULL: *error says why. */
static const char *read_number(const char *s, unsigned int *n, unsigned int last_bit, int *error)
{
	unsigned long long value = 0;
	const char *start = s;

	if (*s == 'N') {
		*n = last_bit;
		return s + 1;
	}
	for (; *s >= '0' && *s <= '9'; s++)
		value = min(value * 10 + (unsigned int)(*s - '0'), 1ull << 40);
	*error = s == start ? -EINVAL : -EOVERFLOW;
	*n = (unsigned int)value;
	return s == start || value > 0xffffffff ? NULL : s;
}

/* ":used/group", or nothing. */
static const char *read_pattern(const char *s, struct region *r, unsigned int last_bit, int *error)
{
	if (!s)
		return NULL;
	r->used = r->group = r->last + 1;
	if (ends_text(*s) || separates(*s))
		return s;
	*error = -EINVAL;
	if (*s != ':' || !(s = read_number(s + 1, &r->used, last_bit, error)))
		return NULL;
	*error = -EINVAL;
	return *s == '/' ? read_number(s + 1, &r->group, last_bit, error) : NULL;
}

static const char *read_region(const char *s, struct region *r, unsigned int last_bit, int *error)
{
	if ((s[0] | 32) == 'a' && (s[1] | 32) == 'l' && (s[2] | 32) == 'l') {
		r->first = 0;
		r->last = last_bit;
		return read_pattern(s + 3, r, last_bit, error);
	}
	s = read_number(s, &r->first, last_bit, error);
	if (!s)
		return NULL;
	r->last = r->first;
	if (*s == '-')
		return read_pattern(read_number(s + 1, &r->last, last_bit, error), r, last_bit,
				    error);
	r->used = r->group = r->last + 1;
	*error = -EINVAL;
	return ends_text(*s) || separates(*s) ? s : NULL;
}

static int set_region(const struct region *r, unsigned long *map, unsigned int nbits)
{
	if (r->first > r->last || !r->group || r->used > r->group)
		return -EINVAL;
	if (r->last >= nbits)
		return -ERANGE;
	for (unsigned long at = r->first; at <= r->last; at += r->group)
		kmemu_bitmap_set(map, at, min(r->last - (unsigned int)at + 1, r->used));
	return 0;
}

KMEMU_EXPORT int kmemu_bitmap_parselist(const char *buf, unsigned long *map, int nbits)
{
	struct region r = { 0 };
	int error = 0;

	kmemu_bitmap_clear(map, 0, ALIGN((unsigned int)nbits, 64u));
	for (;;) {
		while (separates(*buf) && *buf != '\n')
			buf++;
		if (ends_text(*buf))
			return 0;
		buf = read_region(buf, &r, (unsigned int)nbits - 1, &error);
		if (!buf)
			return error;
		error = set_region(&r, map, (unsigned int)nbits);
		if (error)
			return error;
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One chunk that ends before *end, from behind; *end is where it starts. Its n-th word. */
static int read_chunk(const char *start, const char **end, unsigned long *map, unsigned int n)
{
	const char *s = *end;
	unsigned long chunk = 0;
	unsigned int shift = 0;

	for (; s > start && !separates(s[-1]); s--, shift += 4) {
		int digit = hex_digit(s[-1]);

		if (digit < 0)
			return -EINVAL;
		if (shift == 32)
			return -EOVERFLOW;
		chunk |= (unsigned long)digit << shift;
	}
	*end = s;
	map[n / 2] &= ~(0xfffffffful << n % 2 * 32);
	map[n / 2] |= chunk << n % 2 * 32;
	return 0;
}

/* False: there is none any more. */
static bool before_separators(const char *start, const char **end)
{
	while (*end > start && separates((*end)[-1]))
		(*end)--;
	return *end > start;
}

/* What was read before a mistake stays, and the rest of the map is as it was. */
KMEMU_EXPORT int kmemu_bitmap_parse(const char *buf, unsigned int buflen, unsigned long *map,
				    int nbits)
{
	unsigned int n = 0, chunks = ((unsigned int)nbits + 31) / 32;
	unsigned int beyond = (unsigned int)nbits % 32;
	const char *end = buf;
	int error;

	while (buflen-- && !ends_text(*end))
		end++;
	for (; before_separators(buf, &end); n++) {
		if (n == chunks)
			return -EOVERFLOW;
		error = read_chunk(buf, &end, map, n);
		if (error)
			return error;
	}
	if (n < chunks)
		kmemu_bitmap_clear(map, 32 * n, (unsigned int)nbits - 32 * n);
	else if (beyond && (u32)(map[(n - 1) / 2] >> (n - 1) % 2 * 32) >> beyond)
		return -EOVERFLOW;
	return 0;
}
