/* SPDX-License-Identifier: MIT */
/*
 * <linux/io-64-nonatomic-hi-lo.h> of Linux 6.12: 64 bits by two accesses of 32, the high ones
 * first. readq() and the like are one access, as on x86-64.
 */
#ifndef _LINUX_IO_64_NONATOMIC_HI_LO_H_
#define _LINUX_IO_64_NONATOMIC_HI_LO_H_

#include <asm/byteorder.h>
#include <linux/io.h>

#ifndef __cplusplus

static inline u64 hi_lo_readq(const volatile void __iomem *addr)
{
	const u32 __iomem *p = (const u32 __iomem *)addr;
	u64 hi = readl(p + 1), lo = readl(p);

	return hi << 32 | lo;
}

static inline void hi_lo_writeq(u64 val, volatile void __iomem *addr)
{
	u32 __iomem *p = (u32 __iomem *)addr;

	writel((u32)(val >> 32), p + 1);
	writel((u32)val, p);
}

static inline u64 ioread64be_hi_lo(const volatile void __iomem *addr)
{
	const u32 __iomem *p = (const u32 __iomem *)addr;
	u64 hi = ioread32be(p), lo = ioread32be(p + 1);

	return hi << 32 | lo;
}

static inline void iowrite64be_hi_lo(u64 val, volatile void __iomem *addr)
{
	u32 __iomem *p = (u32 __iomem *)addr;

	iowrite32be((u32)(val >> 32), p);
	iowrite32be((u32)val, p + 1);
}

#define hi_lo_readq_relaxed hi_lo_readq
#define hi_lo_writeq_relaxed hi_lo_writeq
#define ioread64_hi_lo hi_lo_readq
#define iowrite64_hi_lo hi_lo_writeq

#endif /* __cplusplus */

#endif /* _LINUX_IO_64_NONATOMIC_HI_LO_H_ */
