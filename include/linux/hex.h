/* SPDX-License-Identifier: MIT */
/* <linux/hex.h> of Linux 6.12: bytes as hexadecimal digits and back. */
#ifndef _LINUX_HEX_H
#define _LINUX_HEX_H

#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/stddef.h>
#include <linux/types.h>

#define hex_asc "0123456789abcdef"
#define hex_asc_upper "0123456789ABCDEF"
#define hex_asc_lo(x) hex_asc[(x)&0x0f]
#define hex_asc_hi(x) hex_asc[((x)&0xf0) >> 4]
#define hex_asc_upper_lo(x) hex_asc_upper[(x)&0x0f]
#define hex_asc_upper_hi(x) hex_asc_upper[((x)&0xf0) >> 4]

static __always_inline char *hex_byte_pack(char *buf, u8 byte)
{
	*buf++ = hex_asc_hi(byte);
	*buf++ = hex_asc_lo(byte);
	return buf;
}

static __always_inline char *hex_byte_pack_upper(char *buf, u8 byte)
{
	*buf++ = hex_asc_upper_hi(byte);
	*buf++ = hex_asc_upper_lo(byte);
	return buf;
}

static __inline __maybe_unused int hex_to_bin(unsigned char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 0x20;
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static __inline __maybe_unused int hex2bin(u8 *dst, const char *src, size_t count)
{
	while (count--) {
		int hi = hex_to_bin((unsigned char)*src++), lo;

		if (hi < 0)
			return -EINVAL;
		lo = hex_to_bin((unsigned char)*src++);
		if (lo < 0)
			return -EINVAL;
		*dst++ = (u8)(hi << 4 | lo);
	}
	return 0;
}

static __inline __maybe_unused char *bin2hex(char *dst, const void *src, size_t count)
{
	const u8 *bytes = (const u8 *)src;

	while (count--)
		dst = hex_byte_pack(dst, *bytes++);
	return dst;
}

#endif /* _LINUX_HEX_H */
