/* SPDX-License-Identifier: MIT */
/*
 * <linux/ctype.h> of Linux 6.12: ISO 8859-1, whatever the locale is. libc's
 * <ctype.h> comes first, so that what it declares is not taken for these macros.
 */
#ifndef _LINUX_CTYPE_H
#define _LINUX_CTYPE_H

#include <linux/stddef.h>
#include <linux/types.h>

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <ctype.h>
#include <stdbool.h>

static inline bool __kmemu_between(int c, int first, int last)
{
	return (unsigned char)c >= first && (unsigned char)c <= last;
}

static inline bool __kmemu_isupper(int c)
{
	return __kmemu_between(c, 'A', 'Z') || (__kmemu_between(c, 0xc0, 0xde) &&
						(c & 0xff) != 0xd7);
}

static inline bool __kmemu_islower(int c)
{
	return __kmemu_between(c, 'a', 'z') || (__kmemu_between(c, 0xdf, 0xff) &&
						(c & 0xff) != 0xf7);
}

static inline bool __kmemu_isdigit(int c)
{
	return c >= '0' && c <= '9';
}

static inline bool __kmemu_isalnum(int c)
{
	return __kmemu_isupper(c) || __kmemu_islower(c) || __kmemu_between(c, '0', '9');
}

static inline bool __kmemu_isspace(int c)
{
	return __kmemu_between(c, '\t', '\r') || (c & 0xff) == ' ' || (c & 0xff) == 0xa0;
}

static inline bool __kmemu_iscntrl(int c)
{
	return __kmemu_between(c, 0, 0x1f) || (c & 0xff) == 0x7f;
}

static inline bool __kmemu_isprint(int c)
{
	return __kmemu_between(c, 0x20, 0x7e) || __kmemu_between(c, 0xa0, 0xff);
}

static inline bool __kmemu_isgraph(int c)
{
	return __kmemu_isprint(c) && (c & 0xff) != 0x20 && (c & 0xff) != 0xa0;
}

static inline bool __kmemu_isxdigit(int c)
{
	return __kmemu_between(c, '0', '9') || __kmemu_between(c, 'a', 'f') ||
	       __kmemu_between(c, 'A', 'F');
}

static inline unsigned char __tolower(unsigned char c)
{
	return __kmemu_isupper(c) ? (unsigned char)(c + ('a' - 'A')) : c;
}

static inline unsigned char __toupper(unsigned char c)
{
	return __kmemu_islower(c) ? (unsigned char)(c - ('a' - 'A')) : c;
}

/* Of what is known to be a letter. */
static inline char _kmemu_tolower(const char c)
{
	return c | 0x20;
}

static inline int isodigit(const char c)
{
	return c >= '0' && c <= '7';
}

#undef isalnum
#undef isalpha
#undef iscntrl
#undef isdigit
#undef isgraph
#undef islower
#undef isprint
#undef ispunct
#undef isspace
#undef isupper
#undef isxdigit
#undef isascii
#undef toascii
#undef tolower
#undef toupper
#undef _tolower
#define isalnum(c) __kmemu_isalnum(c)
#define isalpha(c) (__kmemu_isalnum(c) && !__kmemu_between(c, '0', '9'))
#define iscntrl(c) __kmemu_iscntrl(c)
#define isdigit(c) __kmemu_isdigit(c)
#define isgraph(c) __kmemu_isgraph(c)
#define islower(c) __kmemu_islower(c)
#define isprint(c) __kmemu_isprint(c)
#define ispunct(c) (__kmemu_isgraph(c) && !__kmemu_isalnum(c))
#define isspace(c) __kmemu_isspace(c)
#define isupper(c) __kmemu_isupper(c)
#define isxdigit(c) __kmemu_isxdigit(c)
#define isascii(c) (((unsigned char)(c)) <= 0x7f)
#define toascii(c) (((unsigned char)(c)) & 0x7f)
#define tolower(c) __tolower(c)
#define toupper(c) __toupper(c)
#define _tolower(c) _kmemu_tolower(c)

#endif /* __cplusplus */

#endif /* _LINUX_CTYPE_H */
