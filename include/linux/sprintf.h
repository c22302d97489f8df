/* SPDX-License-Identifier: MIT */
/*
 * <linux/sprintf.h> of Linux 6.12, with the kernel's formats. Where libc's names are
 * the same they are macros, so that <stdio.h> may come before or after; C++ has
 * libc's. sscanf() is libc's.
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
extern int sscanf(const char *__restrict buf, const char *__restrict fmt, ...) __scanf(2, 3);
#endif
#define scnprintf kmemu_scnprintf_k
#define vscnprintf kmemu_vscnprintf_k
#define kasprintf kmemu_kasprintf
#define kvasprintf kmemu_kvasprintf
#define kvasprintf_const kmemu_kvasprintf

/* %p is never hashed here. */
#define no_hash_pointers kmemu_no_hash_pointers
__kmemu_c int kmemu_no_hash_pointers;

#endif /* _LINUX_KERNEL_SPRINTF_H_ */
