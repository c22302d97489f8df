/*
 * hexdump.c - memory as digits (kernel: lib/hexdump.c).
 *
 *	PREFIX00000000: 68 65 6c 6c 6f ...                 hello...
 *
 * Rows of 16 or 32 bytes; groups of 1, 2, 4 or 8 bytes are numbers of this machine's
 * byte order. A row that the groups do not fill is of single bytes. The length that a
 * line would have is answered, as by snprintf.
 *
 * Locks: none; a row is built on the stack and is one printk.
 */
#include <string.h>

#include "core/lib/vsprintf.h"
#include "include/kmemu/printk.h"

#define LINE_BYTES 200 /* 32 bytes as digits, and as text */

static u64 group_value(const u8 *p, int groupsize)
{
	u64 v = 0;

	memcpy(&v, p, (size_t)groupsize); /* little-endian */
	return v;
}

/* All of it, which is no more than LINE_BYTES - 1. */
static int full_line(char *line, const u8 *p, int len, int rowsize, int groupsize, bool ascii)
{
	int column = rowsize * 2 + rowsize / groupsize + 1, n = 0;

	for (int i = 0; i < len; i += groupsize)
		n += kmemu_scnprintf(line + n, LINE_BYTES - (size_t)n, "%s%0*lx", i ? " " : "",
				     groupsize * 2, (unsigned long)group_value(p + i, groupsize));
	if (!ascii)
		return n;
	while (n < column)
		line[n++] = ' ';
	for (int i = 0; i < len; i++)
		line[n++] = p[i] >= ' ' && p[i] < 0x7f ? (char)p[i] : '.';
	line[n] = '\0';
	return n;
}

KMEMU_EXPORT int kmemu_hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize,
					  char *linebuf, size_t linebuflen, int ascii)
{
	char line[LINE_BYTES];
	int n;

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	len = min(len, (size_t)rowsize);
	if (groupsize != 2 && groupsize != 4 && groupsize != 8)
		groupsize = 1;
	if (len % (size_t)groupsize)
		groupsize = 1;
	line[0] = '\0';
	n = len ? full_line(line, buf, (int)len, rowsize, groupsize, ascii) : 0;
	if (linebuflen) {
		size_t fits = min((size_t)n, linebuflen - 1);

		memcpy(linebuf, line, fits);
		linebuf[fits] = '\0';
	}
	return n;
}

KMEMU_EXPORT void kmemu_print_hex_dump(const char *level, const char *prefix_str, int prefix_type,
				       int rowsize, int groupsize, const void *buf, size_t len,
				       int ascii)
{
	const u8 *p = buf;
	char line[LINE_BYTES];

	if (rowsize != 16 && rowsize != 32)
		rowsize = 16;
	for (size_t i = 0; i < len; i += (size_t)rowsize) {
		kmemu_hex_dump_to_buffer(p + i, min(len - i, (size_t)rowsize), rowsize, groupsize,
					 line, sizeof(line), ascii);
		if (prefix_type == KMEMU_DUMP_PREFIX_ADDRESS)
			kmemu_printk("%s%s%p: %s\n", level, prefix_str, p + i, line);
		else if (prefix_type == KMEMU_DUMP_PREFIX_OFFSET)
			kmemu_printk("%s%s%.8x: %s\n", level, prefix_str, (unsigned int)i, line);
		else
			kmemu_printk("%s%s%s\n", level, prefix_str, line);
	}
}
