/* SPDX-License-Identifier: MIT */
/*
 * <linux/string.h> of Linux 6.12: what libc's <string.h> has too is libc's; the rest
 * is <kmemu/lib.h>. The copies that allocate are kmalloc memory.
 */
#ifndef _LINUX_STRING_H_
#define _LINUX_STRING_H_

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <kmemu/libc_begin.h>
#include <string.h>
#include <kmemu/libc_end.h>

#include <kmemu/kmemu.h>
#include <kmemu/lib.h>
#include <linux/args.h>
#include <linux/array_size.h>
#include <linux/bitfield.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kern_levels.h>
#include <linux/kstrtox.h>
#include <linux/linkage.h>
#include <linux/once_lite.h>
#include <linux/overflow.h>
#include <linux/panic.h>
#include <linux/ratelimit_types.h>
#include <linux/stdarg.h>
#include <linux/stddef.h>
#include <linux/types.h>

#ifndef KMEMU_GFP_USER_COPY
#define KMEMU_GFP_USER_COPY (KMEMU_GFP_USER | KMEMU___GFP_NOWARN)
#endif

__kmemu_c ssize_t sized_strscpy(char *dst, const char *src, size_t count)
	__kmemu_is(kmemu_sized_strscpy);
/* Two arguments: dst is an array. */
#define __strscpy0(dst, src, ...) sized_strscpy(dst, src, sizeof(dst) + __must_be_array(dst))
#define __strscpy1(dst, src, size) sized_strscpy(dst, src, size)
#define strscpy(dst, src, ...) \
	CONCATENATE(__strscpy, COUNT_ARGS(__VA_ARGS__))(dst, src, ##__VA_ARGS__)

/* What is behind the string becomes 0. */
static inline ssize_t sized_strscpy_pad(char *dst, const char *src, size_t count)
{
	ssize_t len = sized_strscpy(dst, src, count);

	if (len >= 0)
		memset(dst + len, 0, count - (size_t)len);
	return len;
}
#define __strscpy_pad0(dst, src, ...) \
	sized_strscpy_pad(dst, src, sizeof(dst) + __must_be_array(dst))
#define __strscpy_pad1(dst, src, size) sized_strscpy_pad(dst, src, size)
#define strscpy_pad(dst, src, ...) \
	CONCATENATE(__strscpy_pad, COUNT_ARGS(__VA_ARGS__))(dst, src, ##__VA_ARGS__)

/* libc's newer versions have the first, and with _GNU_SOURCE the second. */
__kmemu_c size_t strlcat(char *dst, const char *src,
			 __kernel_size_t count) __kmemu_is(kmemu_strlcat);
__kmemu_c char *strchrnul(const char *s, int c) __kmemu_is(kmemu_strchrnul);
__kmemu_c char *strnchr(const char *s, size_t count, int c) __kmemu_is(kmemu_strnchr);
__kmemu_c char *strnchrnul(const char *s, size_t count, int c) __kmemu_is(kmemu_strnchrnul);
__kmemu_c char *strnstr(const char *s, const char *find, size_t len) __kmemu_is(kmemu_strnstr);
__kmemu_c char *__must_check skip_spaces(const char *s) __kmemu_is(kmemu_skip_spaces);
__kmemu_c char *strim(char *s) __kmemu_is(kmemu_strim);
__kmemu_c char *strreplace(char *str, char old, char new_) __kmemu_is(kmemu_strreplace);
__kmemu_c void *memscan(void *p, int c, size_t size) __kmemu_is(kmemu_memscan);
__kmemu_c void *memchr_inv(const void *s, int c, size_t n) __kmemu_is(kmemu_memchr_inv);
__kmemu_c void memcpy_and_pad(void *dest, size_t dest_len, const void *src, size_t count, int pad)
	__kmemu_is(kmemu_memcpy_and_pad);
__kmemu_c size_t memweight(const void *ptr, size_t bytes) __kmemu_is(kmemu_memweight);
__kmemu_c int match_string(const char *const *array, size_t n, const char *string)
	__kmemu_is(kmemu_match_string);
__kmemu_c int __sysfs_match_string(const char *const *array, size_t n, const char *s)
	__kmemu_is(kmemu_sysfs_match_string);
#define sysfs_match_string(_a, _s) __sysfs_match_string(_a, ARRAY_SIZE(_a), _s)
__kmemu_c ssize_t memory_read_from_buffer(void *to, size_t count, long long *ppos,
					  const void *from, size_t available)
	__kmemu_is(kmemu_memory_read_from_buffer);
__kmemu_c int get_option(char **str, int *pint) __kmemu_is(kmemu_get_option);
__kmemu_c char *get_options(const char *str, int nints, int *ints) __kmemu_is(kmemu_get_options);
__kmemu_c bool parse_option_str(const char *str, const char *option)
	__kmemu_is(kmemu_parse_option_str);
__kmemu_c char *next_arg(char *args, char **param, char **val) __kmemu_is(kmemu_next_arg);

static inline __must_check char *strstrip(char *str)
{
	return strim(str);
}

static inline bool sysfs_streq(const char *s1, const char *s2)
{
	return kmemu_sysfs_streq(s1, s2) != 0;
}

static inline bool mem_is_zero(const void *s, size_t n)
{
	return !memchr_inv(s, 0, n);
}

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

/* The prefix's length, else 0. */
static __always_inline size_t str_has_prefix(const char *str, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(str, prefix, len) == 0 ? len : 0;
}

static inline const char *kbasename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static inline void memzero_explicit(void *s, size_t count)
{
	memset(s, 0, count);
	__asm__ __volatile__("" : : "r"(s) : "memory");
}

#define __KMEMU_MEMSET(name, type)                                      \
	static inline void *name(type *p, type v, size_t n)             \
	{                                                               \
		size_t i;                                               \
                                                                        \
		for (i = 0; i < n; i++)                                 \
			p[i] = v;                                       \
		return p;                                               \
	}
__KMEMU_MEMSET(memset16, uint16_t)
__KMEMU_MEMSET(memset32, uint32_t)
__KMEMU_MEMSET(__memset64, u64)
__KMEMU_MEMSET(memset_l, unsigned long)
#undef __KMEMU_MEMSET

/* libc's uint64_t is a long, the kernel's is u64: either will do. */

static __always_inline void *memset64(uint64_t *p, uint64_t v, size_t n)
{
	return __memset64((u64 *)p, v, n);
}

static inline void *memset_p(void **p, void *v, size_t n)
{
	return memset_l((unsigned long *)p, (unsigned long)v, n);
}

#define unsafe_memcpy(dst, src, bytes, justification) memcpy(dst, src, bytes)

static __always_inline void memcpy_flushcache(void *dst, const void *src, size_t cnt)
{
	memcpy(dst, src, cnt);
}

/* A member's bytes and all behind it, and all behind it alone. */
#define memset_startat(obj, v, member)                                                  \
	({                                                                              \
		u8 *__ms_ptr = (u8 *)(obj);                                             \
		memset(__ms_ptr + offsetof(__typeof__(*(obj)), member), (v),            \
		       sizeof(*(obj)) - offsetof(__typeof__(*(obj)), member));          \
	})
#define memset_after(obj, v, member)                                                    \
	({                                                                              \
		u8 *__ms_ptr = (u8 *)(obj);                                             \
		memset(__ms_ptr + offsetofend(__typeof__(*(obj)), member), (v),         \
		       sizeof(*(obj)) - offsetofend(__typeof__(*(obj)), member));       \
	})

/* Strings in arrays whose size the compiler knows, which end without a 0 there. */
#define __kmemu_known(size) \
	BUILD_BUG_ON(!__builtin_constant_p(size) || (size) == 0 || (size) == (size_t)-1)
#define __kmemu_shorter(a, b) ((a) < (b) ? (a) : (b))
#define strtomem(dest, src)                                                             \
	do {                                                                            \
		const size_t _dest_len = __builtin_object_size(dest, 1);                \
		const size_t _src_len = __builtin_object_size(src, 1);                  \
		__kmemu_known(_dest_len);                                               \
		memcpy(dest, src, strnlen(src, __kmemu_shorter(_src_len, _dest_len)));  \
	} while (0)
#define strtomem_pad(dest, src, pad)                                                    \
	do {                                                                            \
		const size_t _dest_len = __builtin_object_size(dest, 1);                \
		const size_t _src_len = __builtin_object_size(src, 1);                  \
		__kmemu_known(_dest_len);                                               \
		memcpy_and_pad(dest, _dest_len, src,                                    \
			       strnlen(src, __kmemu_shorter(_src_len, _dest_len)), pad); \
	} while (0)
#define memtostr(dest, src)                                                             \
	do {                                                                            \
		const size_t _dest_len = __builtin_object_size(dest, 1);                \
		const size_t _src_len = __builtin_object_size(src, 1);                  \
		size_t _chars = strnlen(src, _src_len);                                 \
		__kmemu_known(_dest_len);                                               \
		__kmemu_known(_src_len);                                                \
		_chars = __kmemu_shorter(_dest_len - 1, _chars);                        \
		memcpy(dest, src, _chars);                                              \
		(dest)[_chars] = '\0';                                                  \
	} while (0)
#define memtostr_pad(dest, src)                                                         \
	do {                                                                            \
		const size_t _dest_len = __builtin_object_size(dest, 1);                \
		const size_t _src_len = __builtin_object_size(src, 1);                  \
		size_t _chars = strnlen(src, _src_len);                                 \
		__kmemu_known(_dest_len);                                               \
		__kmemu_known(_src_len);                                                \
		_chars = __kmemu_shorter(_dest_len - 1, _chars);                        \
		memcpy(dest, src, _chars);                                              \
		memset(&(dest)[_chars], 0, _dest_len - _chars);                         \
	} while (0)

/*
 * --- copies; NULL where memory is out (mm/util.c). These are functions in the kernel:
 * the compiler does not warn of a length that the allocator refuses.
 */

static __always_inline void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kmemu_kmalloc(len, gfp);

	OPTIMIZER_HIDE_VAR(len);
	return p ? memcpy(p, src, len) : NULL;
}

static __always_inline void *kvmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *p = kmemu_kvmalloc(len, gfp);

	OPTIMIZER_HIDE_VAR(len);
	return p ? memcpy(p, src, len) : NULL;
}

static __always_inline void *kmemdup_array(const void *src, size_t count, size_t element_size,
					   gfp_t gfp)
{
	return kmemdup(src, size_mul(element_size, count), gfp);
}

/* len bytes and a 0. */
static __always_inline char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	char *p = s ? (char *)kmemu_kmalloc(len + 1, gfp) : NULL;

	OPTIMIZER_HIDE_VAR(len);
	if (p) {
		memcpy(p, s, len);
		p[len] = '\0';
	}
	return p;
}

static __always_inline char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? (char *)kmemdup(s, strlen(s) + 1, gfp) : NULL;
}

static __always_inline char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strnlen(s, max), gfp) : NULL;
}

__kmemu_c char **argv_split(gfp_t gfp, const char *str, int *argcp)
	__kmemu_is(kmemu_argv_split);
__kmemu_c void argv_free(char **argv) __kmemu_is(kmemu_argv_free);

/* Read-only data of the program is not looked for: always a copy. */
static __always_inline const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return kstrdup(s, gfp);
}

static __always_inline void kfree_const(const void *x)
{
	kmemu_kfree(x);
}

/* From the user's memory; errors are pointers. */
static __always_inline void *__kmemu_filled_from_user(void *p, const void *src, size_t len)
{
	if (!p)
		return ERR_PTR(-ENOMEM);
	if (!kmemu_copy_user(p, src, len))
		return p;
	kmemu_kvfree(p);
	return ERR_PTR(-EFAULT);
}

static __always_inline void *memdup_user(const void __user *src, size_t len)
{
	return __kmemu_filled_from_user(kmemu_kmalloc(len, KMEMU_GFP_USER_COPY), src, len);
}

static __always_inline void *vmemdup_user(const void __user *src, size_t len)
{
	return __kmemu_filled_from_user(kmemu_kvmalloc(len, KMEMU_GFP_USER), src, len);
}

static __always_inline void *memdup_array_user(const void __user *src, size_t n, size_t size)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? ERR_PTR(-EOVERFLOW) : memdup_user(src, bytes);
}

static __always_inline void *vmemdup_array_user(const void __user *src, size_t n, size_t size)
{
	size_t bytes;

	return check_mul_overflow(n, size, &bytes) ? ERR_PTR(-EOVERFLOW) :
						     vmemdup_user(src, bytes);
}

static __always_inline void *memdup_user_nul(const void __user *src, size_t len)
{
	char *p = (char *)kmemu_kmalloc(len + 1, KMEMU_GFP_KERNEL);

	if (p)
		p[len] = '\0';
	return __kmemu_filled_from_user(p, src, len);
}

/* With its 0 at most n bytes. */
static __always_inline char *strndup_user(const char __user *s, long n)
{
	long len = kmemu_strnlen_user(s, n);

	if (!len)
		return (char *)ERR_PTR(-EFAULT);
	return len > n ? (char *)ERR_PTR(-EINVAL) : (char *)memdup_user_nul(s, (size_t)len - 1);
}

/* The pointers of two lists that end with NULL, in kmalloc memory, which ends with NULL. */
__kmemu_c void **__memcat_p(void **a, void **b) __kmemu_is(kmemu_memcat_p);
#define memcat_p(a, b)                                                                  \
	__extension__({                                                                 \
		BUILD_BUG_ON_MSG(!__same_type(*(a), *(b)), "type mismatch in memcat_p()"); \
		(__typeof__(*(a)) *)__memcat_p((void **)(a), (void **)(b));             \
	})

__kmemu_c int vbin_printf(u32 *bin_buf, size_t size, const char *fmt, va_list args)
	__kmemu_is(kmemu_vbin_printf) __printf(3, 0);
__kmemu_c int bprintf(u32 *bin_buf, size_t size, const char *fmt, ...) __kmemu_is(kmemu_bprintf)
	__printf(3, 4);
__kmemu_c int bstr_printf(char *buf, size_t size, const char *fmt, const u32 *bin_buf)
	__kmemu_is(kmemu_bstr_printf) __printf(3, 0);

/* What %p prints of it, which is never hashed here. */
static inline int ptr_to_hashval(const void *ptr, unsigned long *hashval_out)
{
	*hashval_out = (unsigned long)ptr;
	return 0;
}

#endif /* __cplusplus */

#endif /* _LINUX_STRING_H_ */
