/*
 * string.c - strings and bytes that libc does not have (kernel: lib/string.c and
 * lib/string_helpers.c). Byte by byte: kernel code that is tested here calls them
 * with short strings, and reading a word could cross into a page that is not there.
 */
#include <errno.h>

#include "core/lib/ctype.h"
#include "core/os/compiler.h"
#include "include/kmemu/lib.h"

static size_t length(const char *s)
{
	return __builtin_strlen(s);
}

KMEMU_EXPORT ssize_t kmemu_sized_strscpy(char *dst, const char *src, size_t count)
{
	size_t i;

	if (!count || count > INT32_MAX)
		return -E2BIG;
	for (i = 0; i < count; i++) {
		dst[i] = src[i];
		if (!src[i])
			return (ssize_t)i;
	}
	dst[count - 1] = '\0';
	return -E2BIG;
}

KMEMU_EXPORT size_t kmemu_strlcat(char *dst, const char *src, size_t count)
{
	size_t used = length(dst), len = length(src), room = count > used ? count - used : 0;
	size_t n = min(len, room ? room - 1 : 0);

	__builtin_memcpy(dst + used, src, n);
	if (room)
		dst[used + n] = '\0';
	return used + len;
}

KMEMU_EXPORT char *kmemu_strnchrnul(const char *s, size_t count, int c)
{
	while (count-- && *s && *s != (char)c)
		s++;
	return (char *)s;
}

KMEMU_EXPORT char *kmemu_strchrnul(const char *s, int c)
{
	return kmemu_strnchrnul(s, SIZE_MAX, c);
}

/* The 0 itself may be asked for. */
KMEMU_EXPORT char *kmemu_strnchr(const char *s, size_t count, int c)
{
	for (; count--; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			break;
	}
	return NULL;
}

KMEMU_EXPORT char *kmemu_strnstr(const char *s, const char *find, size_t len)
{
	size_t n = length(find);

	if (!n)
		return (char *)s;
	for (; len >= n; s++, len--)
		if (!__builtin_memcmp(s, find, n))
			return (char *)s;
	return NULL;
}

KMEMU_EXPORT char *kmemu_skip_spaces(const char *s)
{
	while (kernel_isspace(*s))
		s++;
	return (char *)s;
}

KMEMU_EXPORT char *kmemu_strim(char *s)
{
	size_t n = length(s);

	while (n && kernel_isspace(s[n - 1]))
		n--;
	s[n] = '\0';
	return kmemu_skip_spaces(s);
}

KMEMU_EXPORT char *kmemu_strreplace(char *s, char old, char new)
{
	for (char *p = s; *p; p++)
		if (*p == old)
			*p = new;
	return s;
}

KMEMU_EXPORT void *kmemu_memscan(void *start, int c, size_t size)
{
	unsigned char *p = start, *end = p + size;

	while (p < end && *p != (unsigned char)c)
		p++;
	return p;
}

KMEMU_EXPORT void *kmemu_memchr_inv(const void *start, int c, size_t bytes)
{
	const unsigned char *p = start, *end = p + bytes;

	for (; p < end; p++)
		if (*p != (unsigned char)c)
			return (void *)p;
	return NULL;
}

KMEMU_EXPORT void kmemu_memcpy_and_pad(void *dst, size_t dst_len, const void *src, size_t count,
				       int pad)
{
	size_t n = min(dst_len, count);

	__builtin_memcpy(dst, src, n);
	__builtin_memset((char *)dst + n, pad, dst_len - n);
}

KMEMU_EXPORT size_t kmemu_memweight(const void *ptr, size_t bytes)
{
	const unsigned char *p = ptr;
	size_t sum = 0;

	while (bytes--)
		sum += __builtin_popcount(*p++);
	return sum;
}

KMEMU_EXPORT int kmemu_sysfs_streq(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	if (*a == *b)
		return 1;
	return (!*a && *b == '\n' && !b[1]) || (!*b && *a == '\n' && !a[1]);
}

KMEMU_EXPORT int kmemu_match_string(const char *const *array, size_t n, const char *string)
{
	for (size_t i = 0; i < n && array[i]; i++)
		if (!__builtin_strcmp(array[i], string))
			return (int)i;
	return -EINVAL;
}

KMEMU_EXPORT int kmemu_sysfs_match_string(const char *const *array, size_t n, const char *string)
{
	for (size_t i = 0; i < n && array[i]; i++)
		if (kmemu_sysfs_streq(array[i], string))
			return (int)i;
	return -EINVAL;
}

KMEMU_EXPORT ssize_t kmemu_memory_read_from_buffer(void *to, size_t count, long long *pos,
						   const void *from, size_t available)
{
	if (*pos < 0)
		return -EINVAL;
	if ((size_t)*pos >= available)
		return 0;
	count = min(count, available - (size_t)*pos);
	__builtin_memcpy(to, (const char *)from + *pos, count);
	*pos += (long long)count;
	return (ssize_t)count;
}
