/* SPDX-License-Identifier: MIT */
/*
 * <linux/string_helpers.h> of Linux 6.12 without what escapes and unescapes text:
 * words for conditions, case, and arrays of strings.
 */
#ifndef _LINUX_STRING_HELPERS_H_
#define _LINUX_STRING_HELPERS_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/slab.h>
#include <linux/sprintf.h>
#include <linux/string.h>
#include <linux/string_choices.h>
#include <linux/types.h>

static inline bool string_is_terminated(const char *s, int len)
{
	return memchr(s, '\0', (size_t)len) != NULL;
}

static inline void string_upper(char *dst, const char *src)
{
	do {
		*dst++ = (char)toupper(*src);
	} while (*src++);
}

static inline void string_lower(char *dst, const char *src)
{
	do {
		*dst++ = (char)tolower(*src);
	} while (*src++);
}

static inline char *kstrdup_and_replace(const char *src, char old, char new_, gfp_t gfp)
{
	char *dst = kstrdup(src, gfp);

	return dst ? strreplace(dst, old, new_), dst : NULL;
}

static inline void kfree_strarray(char **array, size_t n)
{
	size_t i;

	if (!array)
		return;
	for (i = 0; i < n; i++)
		kfree(array[i]);
	kfree(array);
}

/* "prefix-0" to "prefix-(n-1)"; NULL: no memory. */
static inline char **kasprintf_strarray(gfp_t gfp, const char *prefix, size_t n)
{
	char **names = (char **)kcalloc(n + 1, sizeof(char *), gfp);
	size_t i;

	for (i = 0; names && i < n; i++) {
		names[i] = kasprintf(gfp, "%s-%zu", prefix, i);
		if (!names[i]) {
			kfree_strarray(names, i);
			return NULL;
		}
	}
	return names;
}

enum string_size_units {
	STRING_UNITS_10,
	STRING_UNITS_2,
	STRING_UNITS_MASK = 1,
	STRING_UNITS_NO_SPACE = 1 << 30,
#define STRING_UNITS_NO_BYTES (1U << 31)
};

/* "1.50 GiB": three digits, halves up. As snprintf() answers. */
static inline int string_get_size(u64 size, u64 blk_size, unsigned int units, char *buf, int len)
{
	static const char letters[] = "\0kMGTPEZY";
	unsigned __int128 bytes = (unsigned __int128)size * blk_size, one = 1, part;
	unsigned int base = units & STRING_UNITS_MASK, step = base == STRING_UNITS_2 ? 1024 : 1000;
	unsigned int n = 0, scale = 1, value;
	char unit[4] = "", *p = unit;

	for (; bytes / one >= step; one *= step)
		n++;
	part = bytes / one; /* one digit before the point has two behind it, and so on */
	while (n && part * scale * 10 < 1000)
		scale *= 10;
	value = (unsigned int)((bytes * scale + one / 2) / one);
	if (value >= step * scale) {
		n++;
		scale = 100;
		value = 100;
	}
	if (n)
		*p++ = letters[n] == 'k' && base == STRING_UNITS_2 ? 'K' : letters[n];
	if (n && base == STRING_UNITS_2)
		*p++ = 'i';
	if (!(units & STRING_UNITS_NO_BYTES))
		*p++ = 'B';
	return scale == 1 ? snprintf(buf, (size_t)len, "%u%s%s", value,
				     units & STRING_UNITS_NO_SPACE ? "" : " ", unit) :
			    snprintf(buf, (size_t)len, "%u.%0*u%s%s", value / scale,
				     scale == 10 ? 1 : 2, value % scale,
				     units & STRING_UNITS_NO_SPACE ? "" : " ", unit);
}

#endif /* __cplusplus */

#endif /* _LINUX_STRING_HELPERS_H_ */
