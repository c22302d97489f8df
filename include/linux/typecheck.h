/* SPDX-License-Identifier: MIT */
/* <linux/typecheck.h> of Linux 6.12: a warning where the type is another one. */
#ifndef TYPECHECK_H_INCLUDED
#define TYPECHECK_H_INCLUDED

#define typecheck(type, x)                                              \
	__extension__({                                                 \
		type __kmemu_want;                                      \
		__typeof__(x) __kmemu_is_it;                            \
		(void)(&__kmemu_want == &__kmemu_is_it);                \
		1;                                                      \
	})
#define typecheck_fn(type, function)                                    \
	__extension__({                                                 \
		__typeof__(type) __kmemu_want = function;               \
		(void)__kmemu_want;                                     \
	})
#define typecheck_pointer(x)                                            \
	__extension__({                                                 \
		__typeof__(x) __kmemu_is_it;                            \
		(void)sizeof(*__kmemu_is_it);                           \
		1;                                                      \
	})

#endif /* TYPECHECK_H_INCLUDED */
