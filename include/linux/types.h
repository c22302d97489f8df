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

#include <kmemu/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef __s8 s8;
typedef __u8 u8;
typedef __s16 s16;
typedef __u16 u16;
typedef __s32 s32;
typedef __u32 u32;
typedef __s64 s64;
typedef __u64 u64;

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

typedef struct {
	int counter;
} atomic_t;
typedef struct {
	s64 counter;
} atomic64_t;

#define DECLARE_BITMAP(name, bits) unsigned long name[((bits) + 63) / 64]

#define rcu_head callback_head

#endif /* _KMEMU_LINUX_TYPES_H */
