/* SPDX-License-Identifier: MIT */
/*
 * <linux/string_helpers.h> of Linux 6.12: words for conditions, case, arrays of strings,
 * and text with backslashes.
 */
#ifndef _LINUX_STRING_HELPERS_H_
#define _LINUX_STRING_HELPERS_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/lib.h>
#include <linux/bits.h>
#include <linux/ctype.h>
#include <linux/device/devres.h>
#include <linux/err.h>
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

static __always_inline char *kstrdup_and_replace(const char *src, char old, char new_, gfp_t gfp)
{
	char *dst = kstrdup(src, gfp);

	return dst ? strreplace(dst, old, new_), dst : NULL;
}

static __always_inline void kfree_strarray(char **array, size_t n)
{
	size_t i;

	if (!array)
		return;
	for (i = 0; i < n; i++)
		kfree(array[i]);
	kfree(array);
}

/* "prefix-0" to "prefix-(n-1)"; NULL: no memory. */
static __always_inline char **kasprintf_strarray(gfp_t gfp, const char *prefix, size_t n)
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

static __maybe_unused void __kmemu_free_strarray(void *array)
{
	char **names = (char **)array;
	size_t n = 0;

	while (names[n])
		n++;
	kfree_strarray(names, n);
}

/* The device's, or ERR_PTR(-ENOMEM). */
static inline char **devm_kasprintf_strarray(struct device *dev, const char *prefix, size_t n)
{
	char **names = kasprintf_strarray(GFP_KERNEL, prefix, n);

	if (!names || devm_add_action_or_reset(dev, __kmemu_free_strarray, names))
		return (char **)ERR_PTR(-ENOMEM);
	return names;
}

/*
 * Numbers as get_options() takes them, behind how many they are; *array is kmalloc memory.
 * 0, -ENOENT (none), -EFAULT, -ENOMEM. May sleep.
 */
static __always_inline int parse_int_array_user(const char __user *from, size_t count, int **array)
{
	char *text = (char *)memdup_user_nul(from, count);
	int n = 0, *ints, err = 0;

	if (IS_ERR(text))
		return (int)PTR_ERR(text);
	get_options(text, 0, &n);
	ints = n ? (int *)kcalloc((size_t)n + 1, sizeof(*ints), GFP_KERNEL) : NULL;
	if (!n)
		err = -ENOENT;
	else if (!ints)
		err = -ENOMEM;
	else
		get_options(text, n + 1, *array = ints);
	kfree(text);
	return err;
}

/* --- backslashes: what it takes is answered, dst is not ended by a 0 but by unescape */

#define UNESCAPE_SPACE BIT(0)
#define UNESCAPE_OCTAL BIT(1)
#define UNESCAPE_HEX BIT(2)
#define UNESCAPE_SPECIAL BIT(3)
#define UNESCAPE_ANY (UNESCAPE_SPACE | UNESCAPE_OCTAL | UNESCAPE_HEX | UNESCAPE_SPECIAL)
#define UNESCAPE_ALL_MASK GENMASK(3, 0)

#define ESCAPE_SPACE BIT(0)
#define ESCAPE_SPECIAL BIT(1)
#define ESCAPE_NULL BIT(2)
#define ESCAPE_OCTAL BIT(3)
#define ESCAPE_ANY (ESCAPE_SPACE | ESCAPE_OCTAL | ESCAPE_SPECIAL | ESCAPE_NULL)
#define ESCAPE_NP BIT(4)
#define ESCAPE_ANY_NP (ESCAPE_ANY | ESCAPE_NP)
#define ESCAPE_HEX BIT(5)
#define ESCAPE_NA BIT(6)
#define ESCAPE_NAP BIT(7)
#define ESCAPE_APPEND BIT(8)
#define ESCAPE_ALL_MASK GENMASK(8, 0)

__kmemu_c int string_unescape(char *src, char *dst, size_t size, unsigned int flags)
	__kmemu_is(kmemu_string_unescape);
__kmemu_c int string_escape_mem(const char *src, size_t isz, char *dst, size_t osz,
				unsigned int flags, const char *only)
	__kmemu_is(kmemu_string_escape_mem);

static inline int string_unescape_inplace(char *buf, unsigned int flags)
{
	return string_unescape(buf, buf, 0, flags);
}

static inline int string_unescape_any(char *src, char *dst, size_t size)
{
	return string_unescape(src, dst, size, UNESCAPE_ANY);
}

static inline int string_unescape_any_inplace(char *buf)
{
	return string_unescape_any(buf, buf, 0);
}

static inline int string_escape_mem_any_np(const char *src, size_t isz, char *dst, size_t osz,
					   const char *only)
{
	return string_escape_mem(src, isz, dst, osz, ESCAPE_ANY_NP, only);
}

static inline int string_escape_str(const char *src, char *dst, size_t sz, unsigned int flags,
				    const char *only)
{
	return string_escape_mem(src, strlen(src), dst, sz, flags, only);
}

static inline int string_escape_str_any_np(const char *src, char *dst, size_t sz,
					   const char *only)
{
	return string_escape_str(src, dst, sz, ESCAPE_ANY_NP, only);
}

/* What a terminal would act on as \xNN, in kmalloc memory; NULL: no memory, or no src. */
static __always_inline char *kstrdup_quotable(const char *src, gfp_t gfp)
{
	const unsigned int flags = ESCAPE_HEX;
	const char only[] = "\f\n\r\t\v\a\033\\\"";
	size_t slen, dlen;
	char *dst;

	if (!src)
		return NULL;
	slen = strlen(src);
	dlen = (size_t)string_escape_mem(src, slen, NULL, 0, flags, only);
	dst = (char *)kmalloc(dlen + 1, gfp);
	if (!dst)
		return NULL;
	WARN_ON(string_escape_mem(src, slen, dst, dlen, flags, only) != (int)dlen);
	dst[dlen] = '\0';
	return dst;
}

enum string_size_units {
	STRING_UNITS_10,
	STRING_UNITS_2,
	STRING_UNITS_MASK = 1,
	STRING_UNITS_NO_SPACE = 1 << 30,
#define STRING_UNITS_NO_BYTES (1U << 31)
};

/*
 * size * blk_size bytes as "1.50 GiB": three digits, halves up, so "1024 KiB" is the
 * most of a unit; beyond Y the unit is UNK. As snprintf() answers.
 */
static inline int string_get_size(u64 size, u64 blk_size, unsigned int units, char *buf, int len)
{
	static const char letters[] = "\0kMGTPEZY";
	bool binary = (units & STRING_UNITS_MASK) == STRING_UNITS_2;
	unsigned int step = binary ? 1024 : 1000, rest = 0, n = 0, places;
	char unit[4] = "", part[8] = "";

	/* Each is cut to 32 bits, so that the product is exact as the kernel's is. */
	for (; blk_size >> 32; n++)
		blk_size /= step;
	for (; size >> 32; n++)
		size /= step;
	size *= blk_size;
	for (; size >= step; n++) {
		rest = (unsigned int)(size % step);
		size /= step;
	}
	places = !size || size >= 100 ? 0 : size >= 10 ? 1 : 2;
	rest = binary ? rest * 1000 / 1024 : rest;
	rest += !size ? 0 : places == 2 ? 5 : places == 1 ? 50 : 500;
	size += rest / 1000;
	rest %= 1000;
	if (places)
		snprintf(part, sizeof(part), ".%0*u", (int)places,
			 rest / (places == 2 ? 10 : 100));
	n = size ? n : 0;
	if (n >= sizeof(letters) - 1)
		strcpy(unit, "UNK");
	else if (n)
		snprintf(unit, sizeof(unit), "%c%s", binary && n == 1 ? 'K' : letters[n],
			 binary ? "i" : "");
	return snprintf(buf, (size_t)len, "%u%s%s%s%s", (unsigned int)size, part,
			units & STRING_UNITS_NO_SPACE ? "" : " ", unit,
			units & STRING_UNITS_NO_BYTES ? "" : "B");
}

#endif /* __cplusplus */

#endif /* _LINUX_STRING_HELPERS_H_ */
