/* SPDX-License-Identifier: MIT */
/* <linux/container_of.h> of Linux 6.12. */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

#include <linux/build_bug.h>
#include <linux/stddef.h>

#define typeof_member(T, m) __typeof__(((T *)0)->m)

/* The member's type is compared, but for void *, as the kernel does. */
#define container_of(ptr, type, member)                                                   \
	({                                                                                \
		void *__mptr = (void *)(ptr);                                             \
		_Static_assert(                                                           \
			__builtin_types_compatible_p(__typeof__(*(ptr)),                  \
						     __typeof__(((type *)0)->member)) ||  \
				__builtin_types_compatible_p(__typeof__(*(ptr)), void),   \
			"pointer type mismatch in container_of()");                       \
		((type *)((char *)__mptr - offsetof(type, member)));                      \
	})

#define container_of_const(ptr, type, member)                                             \
	_Generic(ptr,                                                                     \
		const __typeof__(*(ptr)) *: ((const type *)container_of(ptr, type, member)), \
		default: ((type *)container_of(ptr, type, member)))

#endif /* _LINUX_CONTAINER_OF_H */
