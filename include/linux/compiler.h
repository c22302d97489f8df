/* SPDX-License-Identifier: MIT */
/*
 * <linux/compiler.h> of Linux 6.12, with compiler_types.h and
 * compiler_attributes.h: hints, READ_ONCE() and WRITE_ONCE(), attributes by the
 * kernel's names. What sparse reads is empty.
 *
 * libc's and C++'s own headers may follow: a name that they use for something
 * else (__unused, __const, in C++ fallthrough and asm's friends) is not defined.
 */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#include <linux/kconfig.h>

/* C23's, as the kernel has it: auto p = f(); */
#if !defined(__cplusplus) && __STDC_VERSION__ < 202311L
#define auto __auto_type
#endif

/* The kernel's build gives it to each file; headers that programs have, too, ask for it. */
#ifndef __KERNEL__
#define __KERNEL__
#endif

/* The kernel's build gives each file its module's name: -DKBUILD_MODNAME='"name"'. */
#ifndef KBUILD_MODNAME
#ifdef __FILE_NAME__
#define KBUILD_MODNAME __FILE_NAME__
#else
#define KBUILD_MODNAME __FILE__
#endif
#endif
#ifndef KBUILD_BASENAME
#define KBUILD_BASENAME KBUILD_MODNAME
#endif

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

#ifndef __cplusplus
#define __kernel_c 1
#define fallthrough __attribute__((__fallthrough__))
#define noinline_for_stack noinline
#endif

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() __asm__ __volatile__("" : : : "memory")
#define barrier_data(ptr) __asm__ __volatile__("" : : "r"(ptr) : "memory")
#define barrier_before_unreachable() __asm__ __volatile__("")
#ifndef unreachable
#define unreachable() __builtin_unreachable()
#endif

#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, val)                                      \
	do {                                                    \
		*(volatile __typeof__(x) *)&(x) = (val);        \
	} while (0)
#define data_race(expr) (expr)
#define ASSERT_EXCLUSIVE_WRITER(var) ((void)0)
#define ASSERT_EXCLUSIVE_ACCESS(var) ((void)0)

/* The compiler shall not know what it is. */
#define OPTIMIZER_HIDE_VAR(var) __asm__ __volatile__("" : "=r"(var) : "0"(var))
#define RELOC_HIDE(ptr, off)                                            \
	__extension__({                                                 \
		unsigned long __kmemu_p = (unsigned long)(ptr);         \
		OPTIMIZER_HIDE_VAR(__kmemu_p);                          \
		(__typeof__(ptr))(__kmemu_p + (off));                   \
	})
#define absolute_pointer(val) RELOC_HIDE((void *)(val), 0)

#define __same_type(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
/* Bytes of what p points to, as far as the compiler knows; else SIZE_MAX. */
#if __has_builtin(__builtin_dynamic_object_size)
#define __struct_size(p) __builtin_dynamic_object_size(p, 0)
#define __member_size(p) __builtin_dynamic_object_size(p, 1)
#else
#define __struct_size(p) __builtin_object_size(p, 0)
#define __member_size(p) __builtin_object_size(p, 1)
#endif
#define is_signed_type(type) (((type)(-1)) < (type)1)
#define is_unsigned_type(type) (!is_signed_type(type))
#define __native_word(t)                                                         \
	(sizeof(t) == sizeof(char) || sizeof(t) == sizeof(short) ||              \
	 sizeof(t) == sizeof(int) || sizeof(t) == sizeof(long))
#define __must_be_array(a) (0 * sizeof(struct { int : -!!__same_type((a), &(a)[0]); }))
/* An integer constant expression has the type of the pointer constant 0 or of void *. */
#define __is_constexpr(x) \
	(sizeof(int) == sizeof(*(8 ? ((void *)((long)(x) * 0l)) : (int *)8)))
#define statically_true(x) (__builtin_constant_p(x) && (x))

#define compiletime_assert(condition, msg) __kmemu_assert(condition, msg, __COUNTER__)
#define compiletime_assert_atomic_type(t) \
	compiletime_assert(__native_word(t), "a word is needed for an atomic access")
/* Where the compiler cannot leave the call out, it is an error to have it. */
#define __kmemu_assert(condition, msg, nr) __kmemu_assert2(condition, msg, nr)
#ifdef __OPTIMIZE__
#define __kmemu_assert2(condition, msg, nr)                                         \
	do {                                                                        \
		__attribute__((__noreturn__, __error__(msg))) extern void           \
			__kmemu_assert_##nr(void);                                  \
		if (!(condition))                                                   \
			__kmemu_assert_##nr();                                      \
	} while (0)
#else
#define __kmemu_assert2(condition, msg, nr) ((void)sizeof(!(condition)))
#endif

#define __PASTE(a, b) __kmemu_paste2(a, b)
#define __UNIQUE_ID(prefix) __kmemu_paste(__kmemu_paste(__UNIQUE_ID_, prefix), __COUNTER__)
#define __kmemu_paste(a, b) __kmemu_paste2(a, b)
#define __kmemu_paste2(a, b) a##b

/* --- attributes ---------------------------------------------------------- */

/* libc's <sys/cdefs.h> has these, too, and redefines the first. */
#undef __always_inline
#define __always_inline __inline __attribute__((__always_inline__))
/* clang tells of one in a .c file that nobody calls, which to the kernel is no news. */
#if defined(__clang__) && !defined(__cplusplus)
#define inline inline __attribute__((__unused__))
#define __inline__ inline
#define __inline inline /* and with it libc's __always_inline */
#endif
#undef __attribute_const__
#define __attribute_const__ __attribute__((__const__))
#define noinline __attribute__((__noinline__))
#define __must_check __attribute__((__warn_unused_result__))
#define __maybe_unused __attribute__((__unused__))
#define __always_unused __attribute__((__unused__))
#define __used __attribute__((__used__))
#define __always_used __used __maybe_unused
#define __aligned(x) __attribute__((__aligned__(x)))
#define __aligned_largest __attribute__((__aligned__))
#define __packed __attribute__((__packed__))
#define __pure __attribute__((__pure__))
#define __weak __attribute__((__weak__))
#define __alias(symbol) __attribute__((__alias__(#symbol)))
#define __section(name) __attribute__((__section__(name)))
/* Inline where it is called; a file may have the function itself, as the kernel's does. */
#define __kmemu_inline_of_ours \
	extern __inline__ __attribute__((__gnu_inline__, __always_inline__, __unused__))
#define __cold __attribute__((__cold__))
#define __hot __attribute__((__hot__))
#define __noreturn __attribute__((__noreturn__))
#define __printf(fmt, first) __attribute__((__format__(__printf__, fmt, first)))
#define __scanf(fmt, first) __attribute__((__format__(__scanf__, fmt, first)))
#define __visible
#define __nocfi
#define __noclone
#define __noinline __attribute__((__noinline__))
#define __nonstring
#define __flatten __attribute__((__flatten__))
#define __no_sanitize_address
#define __no_kasan_or_inline __maybe_unused
#define __no_kcsan
#define __no_sanitize_memory
#define __no_profile
#define __no_stack_protector
#define __no_caller_saved_registers
#define __cleanup(func) __attribute__((__cleanup__(func)))
#undef __counted_by /* <linux/stddef.h> of newer systems has it */
#define __counted_by(member)
#define __randomize_layout
#define __no_randomize_layout
#define randomized_struct_fields_start
#define randomized_struct_fields_end
#define __designated_init
#define __latent_entropy
#define __diag_push()
#define __diag_pop()
#define __diag_ignore_all(option, comment)
#define notrace
#define noinstr noinline
#define __cpuidle
#define __noscs
#define instrumentation_begin() do { } while (0)
#define instrumentation_end() do { } while (0)
#define asmlinkage
#define __compiletime_error(msg)
#define __compiletime_warning(msg)
#define __nostackprotector
#define __inittest
#define __gnu_inline __attribute__((__gnu_inline__))
#define __assume_aligned(...) __attribute__((__assume_aligned__(__VA_ARGS__)))
/*
 * Sizes that the allocator refuses at run time are no business of the
 * compiler's, so it is not told which argument is one.
 */
#define __alloc_size(...)
#define __realloc_size(...)
#define __malloc

#define __user
#define __kernel
#define __iomem
#define __force
#define __nocast
#define __safe
#define __private
#define __rcu
#define __percpu
#define __chk_user_ptr(x) ((void)0)
#define __chk_io_ptr(x) ((void)0)
#define __acquires(x)
#define __releases(x)
#define __must_hold(x)
#define __acquire(x) ((void)0)
#define __release(x) ((void)0)
#define __cond_lock(x, c) (c)
#define __cond_acquires(x)
#define ACCESS_PRIVATE(p, member) ((p)->member)

#ifndef __cplusplus
#include <linux/types.h>
#endif

#ifndef __cplusplus
/* Of a number that says where another thing lies from it. */
static inline void *offset_to_ptr(const int *off)
{
	return (void *)((unsigned long)off + (unsigned long)*off);
}
#endif

#endif /* _LINUX_COMPILER_H */
