/*
 * ioremap.c - registers of devices that are not there (kernel:
 * arch/x86/mm/ioremap.c, lib/devres.c), and virt_to_phys() for kernel code.
 *
 * ioremap() of physical addresses gives memory of the vmalloc plan, zeroed, as
 * many pages as the range touches. A range that is mapped already, or lies in one
 * that is, is the same memory with one user more; it goes with the last. So a test
 * that plays the device maps the same addresses and sees each write.
 *
 * RAM is refused (a WARN, kind dma-memory), and an address that was not mapped is
 * told of (kind dma-not-mapped), as there. Different from the kernel: a range that
 * overlaps another one in part is memory of its own.
 *
 * Locks: io_lock, a word with signals blocked; vmalloc is called without it.
 */
#include <errno.h>

#include "core/check/dma_debug.h"
#include "core/kernel/alloc.h"
#include "core/kernel/pgtable.h"
#include "core/kernel/task.h"
#include "core/lib/word_lock.h"
#include "core/os/files.h"
#include "core/os/os.h"

#define REGIONS 256U

KMEMU_EXPORT unsigned char kmemu_io_ports[65536 + 3];

struct region {
	u64 phys, bytes; /* whole pages; bytes 0: free */
	char *p;
	unsigned int users;
};

static struct region regions[REGIONS];
static u32 io_lock __own_word;

static u64 lock(void)
{
	u64 mask = os_signals_block();

	word_lock(&io_lock, os_tid());
	return mask;
}

static void unlock(u64 mask)
{
	word_unlock(&io_lock);
	os_signals_restore(mask);
}

/* Under the lock. A region that holds all of it, or NULL. */
static struct region *find_phys(u64 phys, u64 bytes)
{
	for (unsigned int i = 0; i < REGIONS; i++)
		if (regions[i].bytes && phys >= regions[i].phys &&
		    phys - regions[i].phys + bytes <= regions[i].bytes)
			return &regions[i];
	return NULL;
}

static struct region *find_virt(const volatile void *p)
{
	for (unsigned int i = 0; i < REGIONS; i++)
		if (regions[i].bytes && (u64)p - (u64)regions[i].p < regions[i].bytes)
			return &regions[i];
	return NULL;
}

static struct region *find_room(void)
{
	for (unsigned int i = 0; i < REGIONS; i++)
		if (!regions[i].bytes)
			return &regions[i];
	return NULL;
}

static char *share(u64 phys, u64 bytes)
{
	u64 mask = lock();
	struct region *r = find_phys(phys, bytes);
	char *p = r ? r->p + (phys - r->phys) : NULL;

	if (r)
		r->users++;
	unlock(mask);
	return p;
}

static bool keep(u64 phys, u64 bytes, char *p)
{
	u64 mask = lock();
	struct region *r = find_room();

	if (r)
		*r = (struct region){ phys, bytes, p, 1 };
	unlock(mask);
	return r;
}

static bool is_ram(u64 phys)
{
	return phys < PLAN_BYTES && pfn_valid(phys >> PAGE_SHIFT);
}

/* Kernel: WARN_ONCE("ioremap on RAM at %pa - %pa\n"). */
static void *refuse_ram(u64 phys, size_t size, const void *caller)
{
	struct dma_mapping m = { .size = size, .func = "ioremap", .caller = caller };
	struct report_dma facts = {
		.text = DMA_IOREMAP_RAM,
		.paddr = phys,
		.other_paddr = phys + size - 1,
	};

	debug_dma_say(REPORT_DMA_MEMORY, &m, &facts, NULL);
	return NULL;
}

void *ioremap_regs(u64 phys, size_t size, gfp_t flags)
{
	u64 first = phys & PAGE_MASK, bytes = PAGE_ALIGN(phys + size) - first;
	char *p = share(first, bytes);

	if (!p) {
		p = __vmalloc(bytes, PAGE_SIZE, flags | __GFP_ZERO);
		if (p && !keep(first, bytes, p)) {
			vfree(p);
			return NULL;
		}
		if (p)
			vmalloc_set_tag(p, 0); /* nor who had the addresses before */
	}
	return p ? p + (phys - first) : NULL;
}

u64 ioremap_phys(const void *p)
{
	u64 mask = lock();
	const struct region *r = find_virt(p);
	u64 phys = r ? r->phys + (u64)((const char *)p - r->p) : 0;

	unlock(mask);
	return phys;
}

static void *map(u64 phys, size_t size, const void *caller)
{
	if (!kernel_is_ready() || !size || phys + size - 1 < phys)
		return NULL;
	if (is_ram(phys))
		return refuse_ram(phys, size, caller);
	if (unlikely(slab_armed) && !might_alloc(size, GFP_KERNEL, true, "ioremap", caller))
		return NULL;
	return ioremap_regs(phys, size, GFP_KERNEL);
}

KMEMU_EXPORT void *kmemu_ioremap(kmemu_phys_addr_t phys, size_t size)
{
	return map(phys, size, CALLER);
}

/* Kernel: "iounmap: bad address". */
static void say_bad_address(const volatile void *addr, const void *caller)
{
	struct dma_mapping m = { .func = "iounmap", .caller = caller };
	struct report_dma facts = { .text = DMA_IOUNMAP_BAD };

	debug_dma_say(REPORT_DMA_NOT_MAPPED, &m, &facts, (const void *)addr);
}

static void unmap(const volatile void *addr, const void *caller)
{
	char *gone = NULL;
	struct region *r;
	u64 mask;

	if (!addr)
		return;
	mask = lock();
	r = find_virt(addr);
	if (r && !--r->users) {
		gone = r->p;
		r->bytes = 0;
	}
	unlock(mask);
	if (gone)
		vfree(gone);
	else if (!r)
		say_bad_address(addr, caller);
}

KMEMU_EXPORT void kmemu_iounmap(volatile void *addr)
{
	if (!kernel_is_ready())
		return;
	if (addr)
		might_sleep_in("iounmap", CALLER);
	unmap(addr, CALLER);
}

/* --- managed -------------------------------------------------------------------------- */

KMEMU_EXPORT void kmemu_devm_ioremap_release(struct device *dev, void *res)
{
	(void)dev;
	unmap(*(void **)res, NULL);
}

static int devm_ioremap_match(struct device *dev, void *res, void *match)
{
	(void)dev;
	return *(void **)res == match;
}

KMEMU_EXPORT void *kmemu_devm_ioremap(struct device *dev, unsigned long long phys,
				      unsigned long long size)
{
	void **res = kmemu_devres_alloc(kmemu_devm_ioremap_release, sizeof(*res), GFP_KERNEL);

	if (!res)
		return NULL;
	*res = map(phys, size, CALLER);
	if (!*res) {
		kmemu_devres_free(res);
		return NULL;
	}
	kmemu_devres_add(dev, res);
	return *res;
}

KMEMU_EXPORT void kmemu_devm_iounmap(struct device *dev, volatile void *addr)
{
	if (kmemu_devres_release(dev, kmemu_devm_ioremap_release, devm_ioremap_match, (void *)addr))
		say_bad_address(addr, CALLER);
}

/* Kernel: memremap(), RAM by its own address and what is none as ioremap(). */
static void *remap(u64 phys, size_t size, const void *caller)
{
	if (!pfn_valid(phys >> PAGE_SHIFT))
		return map(phys, size, caller);
	return (char *)pfn_to_virt(phys >> PAGE_SHIFT) + (phys & ~PAGE_MASK);
}

static void devm_memremap_release(struct device *dev, void *res)
{
	void *p = *(void **)res;

	(void)dev;
	if (!in_direct_map(p))
		unmap(p, NULL);
}

KMEMU_EXPORT void *kmemu_devm_memremap(struct device *dev, unsigned long long phys, size_t size,
				       unsigned long flags)
{
	void **res = kmemu_devres_alloc(devm_memremap_release, sizeof(*res), GFP_KERNEL);

	if (!res)
		return (void *)-ENOMEM;
	*res = flags ? remap(phys, size, CALLER) : NULL;
	if (!*res) {
		kmemu_devres_free(res);
		return (void *)-ENXIO;
	}
	kmemu_devres_add(dev, res);
	return *res;
}

KMEMU_EXPORT void kmemu_devm_memunmap(struct device *dev, void *addr)
{
	if (kmemu_devres_release(dev, devm_memremap_release, devm_ioremap_match, addr))
		say_bad_address(addr, CALLER);
}

KMEMU_EXPORT kmemu_phys_addr_t kmemu_debug_virt_to_phys(const volatile void *p)
{
	return kernel_is_ready() ? debug_virt_to_phys((const void *)p, CALLER) : ~0UL;
}

KMEMU_EXPORT struct page *kmemu_debug_virt_to_page(const void *p)
{
	if (!kernel_is_ready() || debug_virt_to_phys(p, CALLER) == ~0UL)
		return NULL;
	return kmemu_virt_to_page(p);
}
