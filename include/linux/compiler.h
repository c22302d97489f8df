/* SPDX-License-Identifier: MIT */
/*
 * <linux/compiler.h> of Linux 6.12, as far as the headers here need it: hints,
 * READ_ONCE() and WRITE_ONCE(), attributes by the kernel's names. What sparse
 * reads is empty.
 */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

/*
 * A function of the kernel's that is one of ours by another name: no call in
 * between, and its address may be taken (.free = kfree).
 */
#ifdef __cplusplus
#define __kmemu_c extern "C"
#else
#define __kmemu_c extern
#endif
#define __kmemu_is(symbol) __asm__(#symbol)

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ __volatile__("" : : : "memory")

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)                                      \
	do {                                                    \
		*(volatile __typeof__(x) *)&(x) = (val);        \
	} while (0)

/* libc's <sys/cdefs.h> has it, too, and redefines it. */
#undef __always_inline
#define __always_inline __inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define __must_check __attribute__((__warn_unused_result__))
#define __maybe_unused __attribute__((__unused__))
#define __aligned(x) __attribute__((__aligned__(x)))
#define __packed __attribute__((__packed__))

#define __user
#define __kernel
#define __iomem
#define __force
#define __rcu
#define __percpu
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)

#endif /* _LINUX_COMPILER_H */
