/* SPDX-License-Identifier: MIT */
/*
 * <linux/io.h> of Linux 6.12: registers are memory here. ioremap() gives zeroed
 * memory for physical addresses that are no RAM; who maps the same ones again gets
 * the same bytes, so what plays the device sees what the driver writes. RAM is
 * refused, as there.
 */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <kmemu/dma.h>
#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/types.h>

/* --- one register: in order, and never cached by the compiler */

#define __kmemu_io(bits)                                                                  \
	static __always_inline u##bits __kmemu_read##bits(const volatile void *addr)      \
	{                                                                                 \
		u##bits val = *(const volatile u##bits *)addr;                            \
		barrier();                                                                \
		return val;                                                               \
	}                                                                                 \
	static __always_inline void __kmemu_write##bits(u##bits val, volatile void *addr) \
	{                                                                                 \
		barrier();                                                                \
		*(volatile u##bits *)addr = val;                                          \
	}
__kmemu_io(8)
__kmemu_io(16)
__kmemu_io(32)
__kmemu_io(64)
#undef __kmemu_io

#define readb(addr) __kmemu_read8(addr)
#define readw(addr) __kmemu_read16(addr)
#define readl(addr) __kmemu_read32(addr)
#define readq(addr) __kmemu_read64(addr)
#define writeb(val, addr) __kmemu_write8((u8)(val), addr)
#define writew(val, addr) __kmemu_write16((u16)(val), addr)
#define writel(val, addr) __kmemu_write32((u32)(val), addr)
#define writeq(val, addr) __kmemu_write64((u64)(val), addr)

#define readb_relaxed readb
#define readw_relaxed readw
#define readl_relaxed readl
#define readq_relaxed readq
#define writeb_relaxed writeb
#define writew_relaxed writew
#define writel_relaxed writel
#define writeq_relaxed writeq
#define __raw_readb readb
#define __raw_readw readw
#define __raw_readl readl
#define __raw_readq readq
#define __raw_writeb writeb
#define __raw_writew writew
#define __raw_writel writel
#define __raw_writeq writeq
#define ioread8 readb
#define ioread16 readw
#define ioread32 readl
#define ioread64 readq
#define iowrite8 writeb
#define iowrite16 writew
#define iowrite32 writel
#define iowrite64 writeq

static __always_inline unsigned int ioread16be(const void __iomem *addr)
{
	return __builtin_bswap16(readw(addr));
}

static __always_inline unsigned int ioread32be(const void __iomem *addr)
{
	return __builtin_bswap32(readl(addr));
}

static __always_inline void iowrite16be(u16 val, void __iomem *addr)
{
	writew(__builtin_bswap16((u16)val), addr);
}

static __always_inline void iowrite32be(u32 val, void __iomem *addr)
{
	writel(__builtin_bswap32((u32)val), addr);
}

static __always_inline u64 ioread64be(const void __iomem *addr)
{
	return __builtin_bswap64(readq(addr));
}

static __always_inline void iowrite64be(u64 val, void __iomem *addr)
{
	writeq(__builtin_bswap64((u64)val), addr);
}

/* --- one register many times, as of a FIFO, in the order of memory (kernel:
 * include/asm-generic/io.h) */

#define __kmemu_io_rep(bits, letter)                                                       \
	static inline void reads##letter(const volatile void __iomem *addr, void *buffer,  \
					 unsigned int count)                               \
	{                                                                                  \
		u##bits *to = (u##bits *)buffer;                                           \
		while (count--)                                                            \
			*to++ = __kmemu_read##bits(addr);                                  \
	}                                                                                  \
	static inline void writes##letter(volatile void __iomem *addr, const void *buffer, \
					  unsigned int count)                              \
	{                                                                                  \
		const u##bits *from = (const u##bits *)buffer;                             \
		while (count--)                                                            \
			__kmemu_write##bits(*from++, addr);                                \
	}
__kmemu_io_rep(8, b)
__kmemu_io_rep(16, w)
__kmemu_io_rep(32, l)
__kmemu_io_rep(64, q)
#undef __kmemu_io_rep

static __always_inline void ioread8_rep(const void __iomem *addr, void *buf, unsigned long count)
{
	readsb(addr, buf, count);
}

static __always_inline void ioread16_rep(const void __iomem *addr, void *buf, unsigned long count)
{
	readsw(addr, buf, count);
}

static __always_inline void ioread32_rep(const void __iomem *addr, void *buf, unsigned long count)
{
	readsl(addr, buf, count);
}

#define ioread64_rep(addr, buf, count) readsq(addr, buf, count)

static __always_inline void iowrite8_rep(void __iomem *addr, const void *buf, unsigned long count)
{
	writesb(addr, buf, count);
}

static __always_inline void iowrite16_rep(void __iomem *addr, const void *buf, unsigned long count)
{
	writesw(addr, buf, count);
}

static __always_inline void iowrite32_rep(void __iomem *addr, const void *buf, unsigned long count)
{
	writesl(addr, buf, count);
}

#define iowrite64_rep(addr, buf, count) writesq(addr, buf, count)

/* --- many */

static __always_inline void memcpy_fromio(void *to, const volatile void *from, size_t n)
{
	__builtin_memcpy(to, (const void *)from, n);
	barrier();
}

static __always_inline void memcpy_toio(volatile void *to, const void *from, size_t n)
{
	barrier();
	__builtin_memcpy((void *)to, from, n);
}

static __always_inline void memset_io(volatile void *to, int c, size_t n)
{
	barrier();
	__builtin_memset((void *)to, c, n);
}

/* --- mappings */

__kmemu_c void *ioremap(phys_addr_t phys_addr, size_t size) __kmemu_is(kmemu_ioremap);
__kmemu_c void iounmap(volatile void *addr) __kmemu_is(kmemu_iounmap);
__kmemu_c void *devm_ioremap(struct device *dev, u64 offset, u64 size)
	__kmemu_is(kmemu_devm_ioremap);
/* What devres_find() knows it by. */
__kmemu_c void devm_ioremap_release(struct device *dev, void *res)
	__kmemu_is(kmemu_devm_ioremap_release);
__kmemu_c void devm_iounmap(struct device *dev, void __iomem *addr)
	__kmemu_is(kmemu_devm_iounmap);

#define ioremap_wc ioremap
#define ioremap_wt ioremap
#define ioremap_uc ioremap
#define ioremap_np ioremap
#define ioremap_cache ioremap
#define devm_ioremap_wc devm_ioremap
#define devm_ioremap_uc devm_ioremap

static __always_inline void __iomem *pci_remap_cfgspace(phys_addr_t offset, size_t size)
{
	return ioremap(offset, size);
}
#define arch_has_dev_port() 1

/* --- RAM by its physical address, and memory of devices that is like RAM */

enum {
	MEMREMAP_WB = 1 << 0,
	MEMREMAP_WT = 1 << 1,
	MEMREMAP_WC = 1 << 2,
	MEMREMAP_ENC = 1 << 3,
	MEMREMAP_DEC = 1 << 4,
};

static inline void *memremap(phys_addr_t offset, size_t size, unsigned long flags)
{
	if (!flags)
		return NULL;
	return pfn_valid(PHYS_PFN(offset)) ? phys_to_virt(offset) : ioremap(offset, size);
}

static inline void memunmap(void *addr)
{
	if (!virt_addr_valid(addr))
		iounmap(addr);
}

/* Managed; -ENXIO as an error pointer when it cannot be had (kernel: kernel/iomem.c). */
__kmemu_c void *devm_memremap(struct device *dev, resource_size_t offset, size_t size,
			      unsigned long flags) __kmemu_is(kmemu_devm_memremap);
__kmemu_c void devm_memunmap(struct device *dev, void *addr) __kmemu_is(kmemu_devm_memunmap);

/* An architecture may have its own; this one is x86's. */
static inline void __iowrite32_copy(void __iomem *to, const void *from, size_t count)
{
	for (; count--; to = (u32 *)to + 1, from = (const u32 *)from + 1)
		__raw_writel(*(const u32 *)from, to);
}
#define __iowrite32_copy __iowrite32_copy

__kmemu_c void __iowrite64_copy(void __iomem *to, const void *from, size_t count)
	__kmemu_is(kmemu_iowrite64_copy);
__kmemu_c void __ioread32_copy(void *to, const void __iomem *from, size_t count)
	__kmemu_is(kmemu_ioread32_copy);

static inline int arch_phys_wc_add(unsigned long base, unsigned long size)
{
	(void)base;
	(void)size;
	return 0;
}

static __always_inline int devm_arch_phys_wc_add(struct device *dev, unsigned long base,
						 unsigned long size)
{
	(void)dev;
	return arch_phys_wc_add(base, size);
}

static inline int arch_io_reserve_memtype_wc(resource_size_t start, resource_size_t size)
{
	(void)start;
	(void)size;
	return 0;
}

static __always_inline void arch_io_free_memtype_wc(resource_size_t start, resource_size_t size)
{
	(void)start;
	(void)size;
}

static __always_inline int devm_arch_io_reserve_memtype_wc(struct device *dev,
							   resource_size_t start,
							   resource_size_t size)
{
	(void)dev;
	return arch_io_reserve_memtype_wc(start, size);
}

__kmemu_c int check_signature(const volatile void __iomem *io_addr, const unsigned char *signature,
			      int length) __kmemu_is(kmemu_check_signature);

static inline void arch_phys_wc_del(int handle)
{
	(void)handle;
}

/* --- ports: 64 KiB of memory, which a test that plays the device writes, too */

/* By ioread8() and its kin; NULL: none, or more than there are (kernel: lib/iomap.c). */
static inline void __iomem *ioport_map(unsigned long port, unsigned int nr)
{
	return nr && port <= 0xffff && nr <= 0x10000 - port ? kmemu_io_ports + port : NULL;
}

static inline void ioport_unmap(void __iomem *addr)
{
	(void)addr;
}

static inline void __iomem *devm_ioport_map(struct device *dev, unsigned long port,
					    unsigned int nr)
{
	(void)dev;
	return ioport_map(port, nr);
}

static inline void devm_ioport_unmap(struct device *dev, void __iomem *addr)
{
	(void)dev;
	(void)addr;
}

#define __kmemu_port(name, bits)                                                   \
	static inline u##bits __kmemu_in##name(unsigned long port)                 \
	{                                                                          \
		return __kmemu_read##bits(kmemu_io_ports + (port & 0xffff));       \
	}                                                                          \
	static inline void __kmemu_out##name(u##bits val, unsigned long port)      \
	{                                                                          \
		__kmemu_write##bits(val, kmemu_io_ports + (port & 0xffff));        \
	}
__kmemu_port(b, 8)
__kmemu_port(w, 16)
__kmemu_port(l, 32)
#undef __kmemu_port
/* libc's <sys/io.h> has functions of these names. */
#define inb(port) __kmemu_inb(port)
#define inw(port) __kmemu_inw(port)
#define inl(port) __kmemu_inl(port)
#define outb(val, port) __kmemu_outb((u8)(val), port)
#define outw(val, port) __kmemu_outw((u16)(val), port)
#define outl(val, port) __kmemu_outl((u32)(val), port)

static __always_inline void insb(u16 port, void *buf, unsigned long count)
{
	readsb(kmemu_io_ports + (port & 0xffff), buf, count);
}

static __always_inline void insw(u16 port, void *buf, unsigned long count)
{
	readsw(kmemu_io_ports + (port & 0xffff), buf, count);
}

static __always_inline void insl(u16 port, void *buf, unsigned long count)
{
	readsl(kmemu_io_ports + (port & 0xffff), buf, count);
}

static __always_inline void outsb(u16 port, const void *buf, unsigned long count)
{
	writesb(kmemu_io_ports + (port & 0xffff), buf, count);
}

static __always_inline void outsw(u16 port, const void *buf, unsigned long count)
{
	writesw(kmemu_io_ports + (port & 0xffff), buf, count);
}

static __always_inline void outsl(u16 port, const void *buf, unsigned long count)
{
	writesl(kmemu_io_ports + (port & 0xffff), buf, count);
}

static __always_inline u8 inb_p(u16 port)
{
	return inb(port);
}

static __always_inline u16 inw_p(u16 port)
{
	return inw(port);
}

static __always_inline u32 inl_p(u16 port)
{
	return inl(port);
}

static __always_inline void outb_p(u8 val, u16 port)
{
	outb(val, port);
}

static __always_inline void outw_p(u16 val, u16 port)
{
	outw(val, port);
}

static __always_inline void outl_p(u32 val, u16 port)
{
	outl(val, port);
}

#endif /* _LINUX_IO_H */
