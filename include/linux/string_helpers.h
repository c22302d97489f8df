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
	if (!array)
		return;
	for (size_t i = 0; i < n; i++)
		kfree(array[i]);
	kfree(array);
}

/* "prefix-0" to "prefix-(n-1)"; NULL: no memory. */
static inline char **kasprintf_strarray(gfp_t gfp, const char *prefix, size_t n)
{
	char **names = (char **)kcalloc(n + 1, sizeof(char *), gfp);

	for (size_t i = 0; names && i < n; i++) {
		names[i] = kasprintf(gfp, "%s-%zu", prefix, i);
		if (!names[i]) {
			kfree_strarray(names, i);
			return NULL;
		}
	}
	return names;
}

#endif /* __cplusplus */

#endif /* _LINUX_STRING_HELPERS_H_ */
