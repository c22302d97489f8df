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

/* Kernel: format_decode(), set_field_width(), set_precision(). */
static void tell_wrong(const struct out *o)
{
	static const struct {
		int line;
		const char *text;
	} wrongs[] = {
		[OUT_UNKNOWN] = { 2659, "Please remove unsupported %%%c in format string\n" },
		[OUT_WIDTH] = { 2691, "field width %d too large\n" },
		[OUT_PRECISION] = { 2700, "precision %d too large\n" },
	};

	kmemu_warn("lib/vsprintf.c", wrongs[o->wrong].line, 0, wrongs[o->wrong].text,
		   o->wrong_value);
}

KMEMU_EXPORT int kmemu_vsnprintf_k(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { .buf = buf, .size = size, .pointer = vsprintf_pointer };

	if (unlikely(size > INT_MAX)) { /* a length below 0, in most cases */
		kmemu_warn("lib/vsprintf.c", 2741, 0, "a size of %zu bytes\n", size);
		return 0;
	}
	out_format(&o, fmt, args);
	if (size)
		buf[min(o.len, size - 1)] = '\0';
	if (unlikely(o.wrong))
		tell_wrong(&o);
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
