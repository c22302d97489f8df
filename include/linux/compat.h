/* SPDX-License-Identifier: MIT */
/*
 * <linux/compat.h> of Linux 6.12: types of programs of 32 bits, which are not there: no
 * call is one of theirs.
 */
#ifndef _LINUX_COMPAT_H
#define _LINUX_COMPAT_H

/* C alone: in C++ these names are those of other things. */
#ifndef __cplusplus

#include <linux/fs.h>
#include <linux/types.h>
#include <linux/uaccess.h>

typedef u32 compat_uptr_t;
typedef u32 compat_size_t;
typedef s32 compat_ssize_t;
typedef u32 compat_ulong_t;
typedef s32 compat_long_t;
typedef u32 compat_uint_t;
typedef s32 compat_int_t;
typedef u64 __attribute__((__aligned__(4))) compat_u64;
typedef s64 __attribute__((__aligned__(4))) compat_s64;
typedef s64 compat_loff_t;
typedef s32 compat_off_t;
typedef s32 compat_pid_t;
typedef s32 compat_time_t;
typedef u32 compat_caddr_t;

struct compat_iovec {
	compat_uptr_t iov_base;
	compat_size_t iov_len;
};

static inline void __user *compat_ptr(compat_uptr_t uptr)
{
	return (void __user *)(unsigned long)uptr;
}

static inline compat_uptr_t ptr_to_compat(void __user *uptr)
{
	return (compat_uptr_t)(unsigned long)uptr;
}

static inline bool in_compat_syscall(void)
{
	return false;
}
#define is_compat_task() false

#endif /* __cplusplus */

#endif /* _LINUX_COMPAT_H */
