/*
 * sprintf.c - the family of sprintf with the kernel's formats
 * (kernel: lib/vsprintf.c, lib/kasprintf.c).
 *
 * Locks: none. Cost: only where used.
 */
#include <limits.h>

#include "core/kernel/alloc.h"
#include "core/kernel/vsprintf_pointer.h"
#include "include/kmemu/kmemu.h"
#include "include/kmemu/printk.h"

KMEMU_EXPORT int kmemu_no_hash_pointers = 1;

KMEMU_EXPORT int kmemu_vsnprintf_k(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { .buf = buf, .size = size, .pointer = vsprintf_pointer };

	out_format(&o, fmt, args);
	if (size)
		buf[min(o.len, size - 1)] = '\0';
	return (int)o.len;
}

KMEMU_EXPORT int kmemu_vscnprintf_k(char *buf, size_t size, const char *fmt, va_list args)
{
	int len = kmemu_vsnprintf_k(buf, size, fmt, args);

	if (size == 0)
		return 0;
	return (size_t)len < size ? len : (int)(size - 1);
}

KMEMU_EXPORT int kmemu_vsprintf(char *buf, const char *fmt, va_list args)
{
	return kmemu_vsnprintf_k(buf, INT_MAX, fmt, args);
}

#define CALL(function, ...)                             \
	do {                                            \
		va_list args;                           \
		int len;                                \
                                                        \
		va_start(args, fmt);                    \
		len = function(__VA_ARGS__, fmt, args); \
		va_end(args);                           \
		return len;                             \
	} while (0)

KMEMU_EXPORT int kmemu_sprintf(char *buf, const char *fmt, ...)
{
	CALL(kmemu_vsprintf, buf);
}

KMEMU_EXPORT int kmemu_snprintf(char *buf, size_t size, const char *fmt, ...)
{
	CALL(kmemu_vsnprintf_k, buf, size);
}

KMEMU_EXPORT int kmemu_scnprintf_k(char *buf, size_t size, const char *fmt, ...)
{
	CALL(kmemu_vscnprintf_k, buf, size);
}

__attribute__((__format__(__printf__, 2, 0))) static char *
kvasprintf(unsigned int gfp, const char *fmt, va_list args, const char *func, const void *caller)
{
	int len = kmemu_vsnprintf_k(NULL, 0, fmt, args);
	char *p = kmalloc_for((size_t)len + 1, gfp, func, caller);

	if (p)
		kmemu_vsnprintf_k(p, (size_t)len + 1, fmt, args);
	return p;
}

KMEMU_EXPORT char *kmemu_kvasprintf(unsigned int gfp, const char *fmt, va_list args)
{
	return kvasprintf(gfp, fmt, args, "kvasprintf", CALLER);
}

KMEMU_EXPORT char *kmemu_kasprintf(unsigned int gfp, const char *fmt, ...)
{
	va_list args;
	char *p;

	va_start(args, fmt);
	p = kvasprintf(gfp, fmt, args, "kasprintf", CALLER);
	va_end(args);
	return p;
}
