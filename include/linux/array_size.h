/* SPDX-License-Identifier: MIT */
/* <linux/array_size.h> of Linux 6.12: a pointer does not compile. */
#ifndef _LINUX_ARRAY_SIZE_H
#define _LINUX_ARRAY_SIZE_H

#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

/* 0, or no type: a bit-field of a width below 0. */
#define __kmemu_must_be_array(a) \
	(sizeof(struct {         \
		 int : (-!!__builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0]))); \
	 }))

#define ARRAY_SIZE(arr) (sizeof(arr) / sizeof((arr)[0]) + __kmemu_must_be_array(arr))

#endif /* _LINUX_ARRAY_SIZE_H */
