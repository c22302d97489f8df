// flags: -Iinclude -l:libkmemu.a -pthread
/*
 * Kernel code that reads a FIFO, has ranges of addresses in a tree, and stores numbers of
 * devices.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/kdev_t.h>
#include <linux/sizes.h>

#include "check.h"

#define BASE 0xfd000000000ull

static void fifos(void)
{
	u8 *regs = ioremap(BASE, SZ_4K);
	u32 in[4], out[4] = { 1, 2, 3, 4 };
	u8 bytes[3] = { 0 };
	u64 wide[2] = { 0 };

	CHECK(regs);
	writel(0x11223344, regs);
	ioread32_rep(regs, in, 4);
	CHECK(in[0] == 0x11223344 && in[3] == in[0]);
	ioread8_rep(regs, bytes, 3);
	CHECK(bytes[0] == 0x44 && bytes[2] == 0x44);
	iowrite32_rep(regs, out, 3);
	CHECK(readl(regs) == 3 && readl(regs + 4) == 0);
	writesw(regs + 2, "abcd", 2);
	CHECK(!memcmp(regs + 2, "cd", 2) && !regs[4]);
	writeq(0x0102030405060708ull, regs + 8);
	readsq(regs + 8, wide, 2);
	CHECK(wide[1] == 0x0102030405060708ull && ioread64be(regs + 8) == 0x0807060504030201ull);
	outsb(0x3f8, "xyz", 3);
	CHECK(inb(0x3f8) == 'z' && !inb(0x3f9));
	outw(0x6162, 0x1f0);
	insw(0x1f0, out, 3);
	CHECK(out[0] == 0x61626162 && (u16)out[1] == 0x6162 && out[2] == 3);
	CHECK(ioread8(ioport_map(0x3f8, 8)) == 'z' && !ioport_map(0xfff8, 9));
	iounmap(regs);
}

static void managed(void)
{
	struct device dev = { .init_name = "ports" };
	struct resource res = DEFINE_RES_MEM(BASE, SZ_4K);
	void *ram = kmalloc(64, GFP_KERNEL), *p;

	CHECK(devm_memremap(&dev, virt_to_phys(ram), 64, MEMREMAP_WB) == ram);
	p = devm_memremap(&dev, BASE, SZ_4K, MEMREMAP_WC);
	CHECK(!IS_ERR(p) && !*(int *)p);
	devm_memunmap(&dev, p);
	CHECK(PTR_ERR(devm_memremap(&dev, BASE, SZ_4K, 0)) == -ENXIO);
	CHECK(!devm_request_resource(&dev, &iomem_resource, &res));
	CHECK(devm_request_resource(&dev, &iomem_resource, &res) == -EBUSY);
	devm_release_resource(&dev, &res);
	CHECK(!devm_request_resource(&dev, &iomem_resource, &res));
	CHECK(devres_release_all(&dev) == 2 && !res.parent);
	kfree(ram);
}

static resource_size_t high(void *data, const struct resource *res, resource_size_t size,
			    resource_size_t align)
{
	CHECK(data == &ioport_resource && align == 16);
	return (res->end + 1 - size) & ~(align - 1);
}

static void ranges(void)
{
	struct resource root = DEFINE_RES_NAMED(0, 0x1000, "root", IORESOURCE_MEM);
	struct resource a = DEFINE_RES_MEM(0x100, 0x100), b = DEFINE_RES_MEM(0x200, 0x100);
	struct resource c = DEFINE_RES_MEM(0x400, 0x100), ab = DEFINE_RES_MEM(0x100, 0x280);
	struct resource in_a = DEFINE_RES_MEM(0x180, 8), across = DEFINE_RES_MEM(0x280, 0x200);
	struct resource same = DEFINE_RES_MEM(0x400, 0x100), got = { .name = "got" };

	CHECK(!insert_resource(&root, &b) && !insert_resource(&root, &a));
	CHECK(!insert_resource(&root, &c) && !insert_resource(&root, &in_a));
	CHECK(in_a.parent == &a);
	CHECK(insert_resource_conflict(&root, &across) == &b && !across.parent);
	CHECK(!insert_resource(&root, &ab));
	CHECK(root.child == &ab && ab.child == &a && a.sibling == &b && !b.sibling);
	CHECK(ab.sibling == &c && a.parent == &ab && b.parent == &ab && in_a.parent == &a);
	CHECK(!insert_resource(&root, &same) && same.child == &c && ab.sibling == &same);
	CHECK(lookup_resource(&root, 0x400) == &same && !lookup_resource(&root, 0x200));
	CHECK(!remove_resource(&same) && ab.sibling == &c && c.parent == &root);
	CHECK(!remove_resource(&ab) && root.child == &a && b.sibling == &c);
	CHECK(remove_resource(&ab) == -EINVAL);

	/* Gaps: 0 to ff, 300 to 3ff, 500 to fff. */
	CHECK(!allocate_resource(&root, &got, 0x80, 1, ~0ull, 0x40, NULL, NULL));
	CHECK(got.start == 0x40 && got.end == 0xbf && got.parent == &root);
	CHECK(allocate_resource(&root, &got, 0x80, 0, ~0ull, 0, NULL, NULL) == -EINVAL);
	CHECK(!release_resource(&got));
	CHECK(!allocate_resource(&root, &got, 0x100, 8, ~0ull, 0x100, NULL, NULL));
	CHECK(got.start == 0x300 && !release_resource(&got));
	CHECK(!allocate_resource(&root, &got, 0x20, 0x500, 0x7ff, 16, high, &ioport_resource));
	CHECK(got.start == 0x7e0 && !release_resource(&got));
	CHECK(allocate_resource(&root, &got, 0x101, 0, 0x4ff, 0, NULL, NULL) == -EBUSY);
	CHECK(allocate_resource(&root, &got, 0xb01, 0, ~0ull, 0, NULL, NULL) == -EBUSY);
	CHECK(!allocate_resource(&root, &got, 0xb00, 0, ~0ull, 0, NULL, NULL));
}

static void numbers(void)
{
	unsigned int dev = MKDEV(0x123, 0x45678);
	char buf[24];

	CHECK(new_encode_dev(dev) == 0x45612378 && new_decode_dev(0x45612378) == dev);
	CHECK(huge_decode_dev(huge_encode_dev(dev)) == dev && !old_valid_dev(dev));
	CHECK(old_valid_dev(MKDEV(8, 1)) && old_encode_dev(MKDEV(8, 1)) == 0x801);
	CHECK(old_decode_dev(0x801) == MKDEV(8, 1));
	CHECK(sysv_major(sysv_encode_dev(MKDEV(5, 6))) == 5 && !sysv_valid_dev(MKDEV(1, 1 << 18)));
	CHECK(!strcmp(format_dev_t(buf, MKDEV(8, 17)), "8:17"));
}

int main(void)
{
	fifos();
	managed();
	ranges();
	numbers();
	return 0;
}
