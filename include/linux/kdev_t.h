/* SPDX-License-Identifier: MIT */
/* <linux/kdev_t.h> of Linux 6.12: the kernel's device numbers, not those of libc. */
#ifndef _KMEMU_LINUX_KDEV_T_H
#define _KMEMU_LINUX_KDEV_T_H

#define MINORBITS 20
#define MINORMASK ((1U << MINORBITS) - 1)
#define MAJOR(dev) ((unsigned int)((dev) >> MINORBITS))
#define MINOR(dev) ((unsigned int)((dev) & MINORMASK))
#define MKDEV(ma, mi) (((unsigned int)(ma) << MINORBITS) | (unsigned int)(mi))

/* C alone: what they take are the kernel's types. */
#ifndef __cplusplus

#include <linux/types.h>

/*
 * Numbers as they are stored: old, 8 bits of each in 16; new, 12 and 20 bits in 32, the
 * minor's low 8 below the major; huge, the new in 64; sysv, 14 and 18 bits.
 */
static inline bool old_valid_dev(unsigned int dev)
{
	return MAJOR(dev) <= 0xff && MINOR(dev) <= 0xff;
}

static inline u16 old_encode_dev(unsigned int dev)
{
	return (u16)(MAJOR(dev) << 8 | MINOR(dev));
}

static inline unsigned int old_decode_dev(u16 val)
{
	return MKDEV(val >> 8, val & 0xff);
}

static inline u32 new_encode_dev(unsigned int dev)
{
	return (MINOR(dev) >> 8) << 20 | MAJOR(dev) << 8 | (MINOR(dev) & 0xff);
}

static inline unsigned int new_decode_dev(u32 val)
{
	return MKDEV(val >> 8 & 0xfff, (val >> 20) << 8 | (val & 0xff));
}

static inline u64 huge_encode_dev(unsigned int dev)
{
	return new_encode_dev(dev);
}

static inline unsigned int huge_decode_dev(u64 val)
{
	return new_decode_dev((u32)val);
}

static inline int sysv_valid_dev(unsigned int dev)
{
	return !(MAJOR(dev) >> 14) && !(MINOR(dev) >> 18);
}

static inline u32 sysv_encode_dev(unsigned int dev)
{
	return MAJOR(dev) << 18 | MINOR(dev);
}

static inline unsigned int sysv_major(u32 val)
{
	return val >> 18 & 0x3fff;
}

static inline unsigned int sysv_minor(u32 val)
{
	return val & 0x3ffff;
}

#define print_dev_t(buffer, dev) sprintf((buffer), "%u:%u\n", MAJOR(dev), MINOR(dev))
#define format_dev_t(buffer, dev)                                 \
	__extension__({                                           \
		sprintf((buffer), "%u:%u", MAJOR(dev), MINOR(dev)); \
		buffer;                                           \
	})

#endif /* __cplusplus */

#endif /* _KMEMU_LINUX_KDEV_T_H */
