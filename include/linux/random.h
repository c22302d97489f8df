/* SPDX-License-Identifier: MIT */
/*
 * <linux/random.h> of Linux 6.12. libc's <sys/random.h> may read the system's
 * through this one.
 */
#ifndef _KMEMU_LINUX_RANDOM_H
#define _KMEMU_LINUX_RANDOM_H

#include_next <linux/random.h>

#include <kmemu/sched.h>
#include <linux/compiler.h>
#include <linux/prandom.h>
#include <linux/types.h>

__kmemu_c void get_random_bytes(void *buf, size_t len) __kmemu_is(kmemu_get_random_bytes);
__kmemu_c u32 get_random_u32(void) __kmemu_is(kmemu_get_random_u32);
__kmemu_c u32 get_random_u32_below(u32 ceil) __kmemu_is(kmemu_get_random_u32_below);

static __always_inline u64 get_random_u64(void)
{
	return kmemu_get_random_u64();
}

static __always_inline unsigned long get_random_long(void)
{
	return kmemu_get_random_u64();
}

static __always_inline u8 get_random_u8(void)
{
	return (u8)kmemu_get_random_u32();
}

static __always_inline u16 get_random_u16(void)
{
	return (u16)kmemu_get_random_u32();
}

/* (floor, 2^32 - 1] */
static __always_inline u32 get_random_u32_above(u32 floor)
{
	return floor + 1 + kmemu_get_random_u32_below((u32)-1 - floor);
}

/* [floor, ceil] */
static __always_inline u32 get_random_u32_inclusive(u32 floor, u32 ceil)
{
	return floor + kmemu_get_random_u32_below(ceil - floor + 1);
}

static __always_inline int get_random_bytes_wait(void *buf, size_t len)
{
	kmemu_get_random_bytes(buf, len);
	return 0;
}

static __always_inline bool rng_is_initialized(void)
{
	return true;
}

static __always_inline int wait_for_random_bytes(void)
{
	return 0;
}

/* The system's generator needs none of the program's. */
static __always_inline void add_device_randomness(const void *buf, size_t len)
{
	(void)buf;
	(void)len;
}

#ifndef __cplusplus


/* The generator is the system's, and needs none of a driver's. */

static __always_inline void add_hwgenerator_randomness(const void *buf, size_t len, size_t entropy,
						       bool sleep_after)
{
	(void)buf;
	(void)len;
	(void)entropy;
	(void)sleep_after;
}

static __always_inline void add_input_randomness(unsigned int type, unsigned int code,
						 unsigned int value)
{
	(void)type;
	(void)code;
	(void)value;
}

static __always_inline void add_interrupt_randomness(int irq)
{
	(void)irq;
}

static __always_inline void add_bootloader_randomness(const void *buf, size_t len)
{
	(void)buf;
	(void)len;
}

static __always_inline void add_latent_entropy(void)
{
}

__kmemu_c u32 __get_random_u32_below(u32 ceil) __kmemu_is(kmemu_get_random_u32_below);

static __always_inline int random_online_cpu(unsigned int cpu)
{
	(void)cpu;
	return 0;
}

/* Who wants to know that this is a copy of a machine: told by add_vmfork_randomness(). */
struct notifier_block;
__kmemu_c int register_random_vmfork_notifier(struct notifier_block *nb)
	__kmemu_is(kmemu_register_random_vmfork_notifier);
__kmemu_c int unregister_random_vmfork_notifier(struct notifier_block *nb)
	__kmemu_is(kmemu_unregister_random_vmfork_notifier);
__kmemu_c void add_vmfork_randomness(const void *unique_vm_id, size_t len)
	__kmemu_is(kmemu_add_vmfork_randomness);
/* It is: nb is called at once. */
__kmemu_c int execute_with_initialized_rng(struct notifier_block *nb)
	__kmemu_is(kmemu_execute_with_initialized_rng);

/* /dev/random and /dev/urandom, the same here: read_iter() and write_iter(). */
struct file_operations;
extern const struct file_operations random_fops __kmemu_is(kmemu_random_fops);
extern const struct file_operations urandom_fops __kmemu_is(kmemu_random_fops);

#endif /* __cplusplus */

#ifndef __cplusplus /* what it brings along there */
#include <linux/once.h>
#endif

#endif /* _KMEMU_LINUX_RANDOM_H */
