/* SPDX-License-Identifier: MIT */
/*
 * <linux/types.h> of Linux 6.12, as far as the headers here need it. libc's own
 * <sys/stat.h> and <sys/socket.h> come here too when this directory is searched
 * first: they get the system's header, and nothing that is not compatible with
 * theirs.
 */
#ifndef _KMEMU_LINUX_TYPES_H
#define _KMEMU_LINUX_TYPES_H

#include_next <linux/types.h>

#include <asm/types.h>
#include <kmemu/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every file of the kernel's has these, as its build gives them. */
#ifndef __cplusplus
#include <kmemu/kernel_types.h>
#include <linux/compiler.h>

/* Enumerators (<linux/stddef.h>), so that a macro prints what was written: "x == true". */
#if __STDC_VERSION__ < 202311L
#undef false
#undef true
enum { false = 0, true = 1 };
#endif

#ifndef BITS_PER_LONG
#define BITS_PER_LONG 64
#endif
#endif

typedef unsigned int gfp_t;
typedef unsigned int slab_flags_t;
typedef unsigned int fmode_t;
typedef unsigned int oom_flags_t;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;
typedef phys_addr_t resource_size_t;
typedef u64 sector_t;
typedef unsigned short umode_t;
typedef unsigned long irq_hw_number_t;
#define pgoff_t unsigned long

typedef s64 ktime_t;
#include <kmemu/atomic_types.h>
#ifndef __cplusplus
#define ATOMIC_INIT(i) { (i) }
#define ATOMIC64_INIT(i) { (i) }
#ifdef __SIZEOF_INT128__
__extension__ typedef __int128 s128;
__extension__ typedef unsigned __int128 u128;
#endif
#endif

/* What sorts and searches calls. */
typedef void (*swap_r_func_t)(void *a, void *b, int size, const void *priv);
typedef void (*swap_func_t)(void *a, void *b, int size);
typedef int (*cmp_r_func_t)(const void *a, const void *b, const void *priv);
typedef int (*cmp_func_t)(const void *a, const void *b);

#define aligned_s64 __s64 __attribute__((__aligned__(8)))
#define aligned_u64 __u64 __attribute__((__aligned__(8)))
#define aligned_be64 __be64 __attribute__((__aligned__(8)))
#define aligned_le64 __le64 __attribute__((__aligned__(8)))

#define DECLARE_BITMAP(name, bits) unsigned long name[((bits) + 63) / 64]

#define rcu_head callback_head
struct callback_head;
typedef void (*rcu_callback_t)(struct callback_head *head);
typedef void (*call_rcu_func_t)(struct callback_head *head, rcu_callback_t func);

/* The others of these are libc's, too. */
typedef unsigned char unchar;

#ifndef __cplusplus
typedef struct {
	atomic_t refcnt;
} rcuref_t;
#define RCUREF_INIT(i) { .refcnt = ATOMIC_INIT((i) - 1) }
#endif

typedef int mqd_t;

/* What ustat(2) tells, as 64-bit systems have it. */
struct ustat {
	__kernel_daddr_t f_tfree;
	unsigned long f_tinode;
	char f_fname[6];
	char f_fpack[6];
};

struct task_struct;
/* For one that waits: <linux/rcuwait.h>. */
struct rcuwait {
	struct task_struct *task;
};

#endif /* _KMEMU_LINUX_TYPES_H */
