/* SPDX-License-Identifier: MIT */
/*
 * <linux/uaccess.h> of Linux 6.12. User memory is the program's own memory: an
 * address that is not there is an answer, no fault. All but the inatomic ones may
 * sleep.
 */
#ifndef __LINUX_UACCESS_H__
#define __LINUX_UACCESS_H__

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/context.h>
#include <kmemu/lib.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/types.h>

#define access_ok(addr, size) __kmemu_access_ok((unsigned long)(addr), (size))
#define user_addr_max() TASK_SIZE_MAX

static __always_inline bool __kmemu_access_ok(unsigned long addr, unsigned long size)
{
	return size <= TASK_SIZE_MAX && addr <= TASK_SIZE_MAX - size;
}

/* might_fault() of a function, by its name. */
static __always_inline void __kmemu_might_fault(const char *func)
{
	if (!kmemu_pagefault_disabled())
		kmemu_might_sleep_in(func);
}

/* Kernel: check_copy_size(). A length that is a constant stays in what it is of. */
static __always_inline bool __kmemu_check_copy(const void *addr, unsigned long n, bool to_user,
					       bool is_constant, const char *call)
{
	unsigned long size = __builtin_object_size(addr, 0);

	if (__builtin_expect(size < n, 0)) {
		kmemu_copy_overflow(size, n);
		return false;
	}
	return is_constant || kmemu_check_object_size(addr, n, to_user, call);
}

static __always_inline unsigned long __kmemu_raw_copy(void *to, const void *from, unsigned long n,
						      const void *user)
{
	return access_ok(user, n) ? kmemu_copy_user(to, from, n) : n;
}

/* How many bytes were not copied. */
static __always_inline unsigned long __must_check
__kmemu_copy_to_user(void __user *to, const void *from, unsigned long n, bool is_constant,
		     const char *call)
{
	return __kmemu_check_copy(from, n, true, is_constant, call) ?
		       __kmemu_raw_copy(to, from, n, to) :
		       n;
}

/* The same; zero: what was not read is 0 in `to`. */
static __always_inline unsigned long __must_check
__kmemu_copy_from_user(void *to, const void __user *from, unsigned long n, bool is_constant,
		       bool zero, const char *call)
{
	unsigned long left;

	if (!__kmemu_check_copy(to, n, false, is_constant, call))
		return n;
	left = __kmemu_raw_copy(to, from, n, from);
	if (left && zero)
		__builtin_memset((char *)to + (n - left), 0, left);
	return left;
}

static __always_inline unsigned long __copy_from_user_inatomic(void *to, const void __user *from,
							       unsigned long n)
{
	return __kmemu_copy_from_user(to, from, n, __builtin_constant_p(n), false,
				      "__copy_from_user_inatomic");
}

static __always_inline unsigned long __must_check copy_from_user(void *to, const void __user *from,
								 unsigned long n)
{
	__kmemu_might_fault("copy_from_user");
	return __kmemu_copy_from_user(to, from, n, __builtin_constant_p(n), true,
				      "copy_from_user");
}

static __always_inline unsigned long __copy_to_user_inatomic(void __user *to, const void *from,
							     unsigned long n)
{
	return __kmemu_copy_to_user(to, from, n, __builtin_constant_p(n),
				    "__copy_to_user_inatomic");
}

static __always_inline unsigned long __must_check copy_to_user(void __user *to, const void *from,
							       unsigned long n)
{
	__kmemu_might_fault("copy_to_user");
	return __kmemu_copy_to_user(to, from, n, __builtin_constant_p(n), "copy_to_user");
}

/* Also without optimization a constant is one here. */
#ifndef __OPTIMIZE__
#define copy_from_user(to, from, n)                                                            \
	(__kmemu_might_fault("copy_from_user"),                                                \
	 __kmemu_copy_from_user(to, from, n, __builtin_constant_p(n), true, "copy_from_user"))
#define copy_to_user(to, from, n)                                                              \
	(__kmemu_might_fault("copy_to_user"),                                                  \
	 __kmemu_copy_to_user(to, from, n, __builtin_constant_p(n), "copy_to_user"))
#endif

/* Without the look at the kernel's own object. Said as architectures do that have them inline. */
#define INLINE_COPY_FROM_USER
#define INLINE_COPY_TO_USER
static __always_inline unsigned long __must_check
_inline_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long left;

	__kmemu_might_fault("copy_from_user");
	left = __kmemu_raw_copy(to, from, n, from);
	if (left)
		__builtin_memset((char *)to + (n - left), 0, left);
	return left;
}

static __always_inline unsigned long __must_check
_inline_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	__kmemu_might_fault("copy_to_user");
	return __kmemu_raw_copy(to, from, n, to);
}

static __always_inline unsigned long __must_check
_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	return _inline_copy_from_user(to, from, n);
}

static __always_inline unsigned long __must_check
_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return _inline_copy_to_user(to, from, n);
}

static __always_inline unsigned long __copy_from_user(void *to, const void __user *from,
						      unsigned long n)
{
	return copy_from_user(to, from, n);
}

static __always_inline unsigned long __copy_to_user(void __user *to, const void *from,
						    unsigned long n)
{
	return copy_to_user(to, from, n);
}
#ifndef __OPTIMIZE__
#define __copy_from_user(to, from, n) copy_from_user(to, from, n)
#define __copy_to_user(to, from, n) copy_to_user(to, from, n)
#endif

static __always_inline unsigned long __must_check
raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	return __kmemu_raw_copy(to, from, n, from);
}

static __always_inline unsigned long __must_check
raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return __kmemu_raw_copy(to, from, n, to);
}

static __always_inline unsigned long __must_check clear_user(void __user *to, unsigned long n)
{
	__kmemu_might_fault("clear_user");
	return access_ok(to, n) ? kmemu_clear_user(to, n) : n;
}

static __always_inline unsigned long __clear_user(void __user *to, unsigned long n)
{
	return clear_user(to, n);
}

/* ksize of the structure that is known here, usize of the user's: a longer one must end in 0. */
static __always_inline int check_zeroed_user(const void __user *from, size_t size)
{
	unsigned char byte;
	size_t i;

	for (i = 0; i < size; i++) {
		if (copy_from_user(&byte, (const char __user *)from + i, 1))
			return -EFAULT;
		if (byte)
			return 0;
	}
	return 1;
}

static __always_inline int copy_struct_from_user(void *dst, size_t ksize, const void __user *src,
						 size_t usize)
{
	size_t size = ksize < usize ? ksize : usize;

	__builtin_memset((char *)dst + size, 0, ksize - size);
	if (usize > ksize) {
		int zero = check_zeroed_user((const char __user *)src + size, usize - size);

		if (zero <= 0)
			return zero ? zero : -E2BIG;
	}
	return copy_from_user(dst, src, size) ? -EFAULT : 0;
}

/* What *(ptr) is, to be written to; an expression's value is const in C++ alone. */
#ifdef __cplusplus
#define __kmemu_value_of(ptr) __typeof__(*(ptr))
#else
#define __kmemu_value_of(ptr) __typeof__((__typeof__(*(ptr)))0)
#endif

/* 0 or -EFAULT; x is 0 then. */
#define get_user(x, ptr)                                                                \
	({                                                                              \
		__kmemu_value_of(ptr) __gu_val;                                         \
		int __gu_err = copy_from_user(&__gu_val, (ptr), sizeof(__gu_val)) ?     \
				       -EFAULT :                                        \
				       0;                                               \
		(x) = (__typeof__(x))__gu_val;                                          \
		__gu_err;                                                               \
	})
#define put_user(x, ptr)                                                                \
	({                                                                              \
		__typeof__(*(ptr)) __pu_val = (__typeof__(*(ptr)))(x);                  \
		copy_to_user((ptr), &__pu_val, sizeof(__pu_val)) ? -EFAULT : 0;         \
	})
#define __get_user(x, ptr) get_user(x, ptr)
#define __put_user(x, ptr) put_user(x, ptr)
#define unsafe_get_user(x, ptr, label)                  \
	do {                                            \
		if (get_user(x, ptr))                   \
			goto label;                     \
	} while (0)
#define unsafe_put_user(x, ptr, label)                  \
	do {                                            \
		if (put_user(x, ptr))                   \
			goto label;                     \
	} while (0)

static __always_inline bool user_access_begin(const void __user *ptr, size_t len)
{
	return access_ok(ptr, len);
}

#define user_access_end() do { } while (0)
#define user_read_access_begin(ptr, len) access_ok(ptr, len)
#define user_read_access_end() do { } while (0)
#define user_write_access_begin(ptr, len) access_ok(ptr, len)
#define user_write_access_end() do { } while (0)

/* The length without the 0, count when there is none up to there, or -EFAULT. */
static __always_inline long __must_check strncpy_from_user(char *dst, const char __user *src,
							   long count)
{
	__kmemu_might_fault("strncpy_from_user");
	return access_ok(src, 1) ? kmemu_strncpy_from_user(dst, src, count) : -EFAULT;
}

/* With the 0; above n when there is none; 0 when it is not there. */
static __always_inline long strnlen_user(const char __user *str, long n)
{
	__kmemu_might_fault("strnlen_user");
	return access_ok(str, 1) ? kmemu_strnlen_user(str, n) : 0;
}

/* Kernel memory that may not be there. */
static __always_inline long copy_from_kernel_nofault(void *dst, const void *src, size_t size)
{
	return kmemu_copy_user(dst, src, size) ? -EFAULT : 0;
}

static __always_inline long copy_to_kernel_nofault(void *dst, const void *src, size_t size)
{
	return kmemu_copy_user(dst, src, size) ? -EFAULT : 0;
}
#define get_kernel_nofault(val, ptr) copy_from_kernel_nofault(&(val), (ptr), sizeof(val))

/* Between the two what copies says nothing of sleeping: what is not there is an answer. */
__kmemu_c void pagefault_disable(void) __kmemu_is(kmemu_pagefault_disable);
__kmemu_c void pagefault_enable(void) __kmemu_is(kmemu_pagefault_enable);

static __always_inline bool pagefault_disabled(void)
{
	return kmemu_pagefault_disabled() != 0;
}

#define faulthandler_disabled() (pagefault_disabled() || in_atomic())

/* Any context (kernel: mm/maccess.c). 0 or -EFAULT, what was there is copied. */
static __always_inline long copy_from_user_nofault(void *dst, const void __user *src, size_t size)
{
	return __copy_from_user_inatomic(dst, src, size) ? -EFAULT : 0;
}

static __always_inline long copy_to_user_nofault(void __user *dst, const void *src, size_t size)
{
	return __copy_to_user_inatomic(dst, src, size) ? -EFAULT : 0;
}

/* The length with the 0, which is always there; -EFAULT. */
static __always_inline long strncpy_from_user_nofault(char *dst, const void __user *src,
						      long count)
{
	long n;

	if (count <= 0)
		return 0;
	n = access_ok(src, 1) ? kmemu_strncpy_from_user(dst, (const char __user *)src, count) :
				-EFAULT;
	if (n < 0)
		return n;
	if (n == count)
		n--;
	dst[n] = '\0';
	return n + 1;
}

static __always_inline long strncpy_from_kernel_nofault(char *dst, const void *src, long count)
{
	long n = strncpy_from_user_nofault(dst, src, count);

	if (n < 0)
		dst[0] = '\0';
	return n;
}

static __always_inline long strnlen_user_nofault(const void __user *str, long count)
{
	return access_ok(str, 1) ? kmemu_strnlen_user((const char __user *)str, count) : 0;
}
#define untagged_addr(addr) (addr)

#include <linux/nospec.h>

#define user_access_save() 0UL
#define user_access_restore(flags) ((void)(flags))
#define can_do_masked_user_access() 0
#define masked_user_access_begin(src) NULL
#define untagged_addr_remote(mm, addr) ((void)(mm), (addr))
#define unsafe_copy_to_user(dst, src, len, label)       \
	do {                                            \
		if (copy_to_user(dst, src, len))        \
			goto label;                     \
	} while (0)
/* No memory is bad: all bytes are copied. */

static __always_inline unsigned long copy_mc_to_kernel(void *dst, const void *src, unsigned cnt)
{
	memcpy(dst, src, cnt);
	return 0UL;
}

static __always_inline int copy_from_user_inatomic_nontemporal(void *to, const void __user *from,
							       unsigned n)
{
	return __copy_from_user_inatomic(to, from, n);
}

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/mmap_lock.h>
#include <linux/percpu_counter.h>
#include <linux/seqlock.h>
#endif

#endif /* __LINUX_UACCESS_H__ */
