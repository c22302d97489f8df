/*
 * hexdump.c - bytes as hexadecimal text (kernel: lib/hexdump.c). One row:
 *
 *	01020304 05060708 090a0b0c 0d0e0f10  ................
 *
 * Groups of more than one byte are numbers, so their bytes stand the other way
 * round here. The column of characters begins where it would behind a full row.
 */
#include "core/os/compiler.h"
#include "include/kmemu/lib.h"

static const char digits[] = "0123456789abcdef";

/* Text that may not fit: all of it is counted. */
struct line {
	char *buf;
	size_t size, len;
};

static void put(struct line *l, char c)
{
	if (l->len + 1 < l->size)
		l->buf[l->len] = c;
	l->len++;
}

static void put_group(struct line *l, const unsigned char *p, int size)
{
	for (int i = size - 1; i >= 0; i--) {
		put(l, digits[p[i] >> 4]);
		put(l, digits[p[i] & 15]);
	}
}

/* What has a meaning in ASCII. */
static char printable(unsigned char c)
{
	return c >= 0x20 && c < 0x7f ? (char)c : '.';
}

KMEMU_EXPORT int kmemu_hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize,
					  char *linebuf, size_t linebuflen, bool ascii)
{
	struct line l = { linebuf, linebuflen, 0 };
	const unsigned char *p = buf;
	size_t column;

	rowsize = rowsize == 32 ? 32 : 16;
	len = min(len, (size_t)rowsize);
	if ((groupsize != 2 && groupsize != 4 && groupsize != 8) || len % (size_t)groupsize)
		groupsize = 1;
	for (size_t i = 0; i < len; i += (size_t)groupsize) {
		if (i)
			put(&l, ' ');
		put_group(&l, p + i, groupsize);
	}
	column = (size_t)(rowsize * 2 + rowsize / groupsize + 1);
	while (ascii && len && l.len < column)
		put(&l, ' ');
	for (size_t i = 0; ascii && i < len; i++)
		put(&l, printable(p[i]));
	if (linebuflen)
		linebuf[min(l.len, linebuflen - 1)] = '\0';
	return (int)l.len;
}
