/* SPDX-License-Identifier: MIT */
/*
 * <linux/io-64-nonatomic-lo-hi.h> of Linux 6.12: 64 bits by two accesses of 32, the low ones
 * first. readq() and the like are one access, as on x86-64.
 */
#ifndef _LINUX_IO_64_NONATOMIC_LO_HI_H_
#define _LINUX_IO_64_NONATOMIC_LO_HI_H_

#include <asm/byteorder.h>
#include <linux/io.h>

#ifndef __cplusplus

static inline u64 lo_hi_readq(const volatile void __iomem *addr)
{
	const u32 __iomem *p = (const u32 __iomem *)addr;
	u64 lo = readl(p), hi = readl(p + 1);

	return hi << 32 | lo;
}

static inline void lo_hi_writeq(u64 val, volatile void __iomem *addr)
{
	u32 __iomem *p = (u32 __iomem *)addr;

	writel((u32)val, p);
	writel((u32)(val >> 32), p + 1);
}

static inline u64 ioread64be_lo_hi(const volatile void __iomem *addr)
{
	const u32 __iomem *p = (const u32 __iomem *)addr;
	u64 lo = ioread32be(p + 1), hi = ioread32be(p);

	return hi << 32 | lo;
}

static inline void iowrite64be_lo_hi(u64 val, volatile void __iomem *addr)
{
	u32 __iomem *p = (u32 __iomem *)addr;

	iowrite32be((u32)val, p + 1);
	iowrite32be((u32)(val >> 32), p);
}

#define lo_hi_readq_relaxed lo_hi_readq
#define lo_hi_writeq_relaxed lo_hi_writeq
#define ioread64_lo_hi lo_hi_readq
#define iowrite64_lo_hi lo_hi_writeq

#endif /* __cplusplus */

#endif /* _LINUX_IO_64_NONATOMIC_LO_HI_H_ */
