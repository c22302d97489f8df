/* SPDX-License-Identifier: MIT */
/*
 * <linux/sprintf.h> of Linux 6.12, with the kernel's formats. Where libc's names are
 * the same they are macros, so that <stdio.h> may come before or after (sscanf() is
 * libc's where it comes after); C++ has libc's.
 */
#ifndef _LINUX_KERNEL_SPRINTF_H_
#define _LINUX_KERNEL_SPRINTF_H_

#include <kmemu/printk.h>
#include <linux/compiler.h>
#include <linux/stdarg.h>
#include <linux/stddef.h>
#include <linux/types.h>

#ifndef __cplusplus
#define sprintf kmemu_sprintf
#define vsprintf kmemu_vsprintf
#define snprintf kmemu_snprintf
#define vsnprintf kmemu_vsnprintf_k
#define sscanf kmemu_sscanf
#define vsscanf kmemu_vsscanf
#endif
#define scnprintf kmemu_scnprintf_k
#define vscnprintf kmemu_vscnprintf_k
#define kasprintf kmemu_kasprintf
#define kvasprintf kmemu_kvasprintf
#define kvasprintf_const kmemu_kvasprintf

/* %p is never hashed here. */
#define no_hash_pointers kmemu_no_hash_pointers
__kmemu_c int kmemu_no_hash_pointers;

static inline int no_hash_pointers_enable(char *str)
{
	(void)str;
	no_hash_pointers = 1;
	return 0;
}

#ifndef __cplusplus
/* Decimal, width columns at least, without a 0 behind it: bytes, or 0, it does not fit. */
static inline int num_to_str(char *buf, int size, unsigned long long num, unsigned int width)
{
	char text[24];
	int len = 0, i;

	do
		text[len++] = (char)('0' + num % 10);
	while (num /= 10);
	if (len > size || width > (unsigned int)size)
		return 0;
	for (i = 0; (unsigned int)(i + len) < width; i++)
		buf[i] = ' ';
	while (len)
		buf[i++] = text[--len];
	return i;
}
#endif

#endif /* _LINUX_KERNEL_SPRINTF_H_ */
