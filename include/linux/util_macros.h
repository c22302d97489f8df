/* SPDX-License-Identifier: MIT */
/* <linux/util_macros.h> of Linux 6.12: the nearest in a sorted array. */
#ifndef _LINUX_HELPER_MACROS_H_
#define _LINUX_HELPER_MACROS_H_

/* Which of the `as` numbers of `a`, ascending, is nearest to x; the lower of two. */
#define find_closest(x, a, as)                                                           \
	({                                                                               \
		__typeof__(as) __fc_i = 0, __fc_last = (as) - 1;                         \
		__typeof__(*(a)) const *__fc_a = (a);                                    \
		long __fc_x = (x);                                                       \
                                                                                         \
		while (__fc_i < __fc_last && (long)__fc_a[__fc_i + 1] - __fc_x <         \
						     __fc_x - (long)__fc_a[__fc_i])      \
			__fc_i++;                                                        \
		__fc_i;                                                                  \
	})

/* The same of numbers that descend. */
#define find_closest_descending(x, a, as)                                                \
	({                                                                               \
		__typeof__(as) __fc_i = (as) - 1;                                        \
		__typeof__(*(a)) const *__fc_a = (a);                                    \
		long __fc_x = (x);                                                       \
                                                                                         \
		while (__fc_i > 0 && (long)__fc_a[__fc_i - 1] - __fc_x <                 \
					     __fc_x - (long)__fc_a[__fc_i])              \
			__fc_i--;                                                        \
		__fc_i;                                                                  \
	})

/* The address is in the range of a structure's member. */
#define is_insidevar(ptr, var)                                    \
	((uintptr_t)(ptr) >= (uintptr_t)(var) &&                  \
	 (uintptr_t)(ptr) < (uintptr_t)(var) + sizeof(var))

#endif /* _LINUX_HELPER_MACROS_H_ */
