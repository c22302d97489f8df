/* SPDX-License-Identifier: MIT */
/*
 * Bounce buffers: the device sees what the driver wrote before the mapping, the
 * driver sees what the device wrote after the sync, each byte of a partial write
 * survives; slots are used, given back and used up exactly.
 */
#include "tests/unit/heap.h"

#include "core/kernel/dma/direct.h"

static unsigned long long mask = 0xffffffff;
static struct device_dma_parameters parms;
static struct device dev = { .init_name = "small", .dma_mask = &mask, .dma_parms = &parms };

static u8 *device_side(u64 addr)
{
	return (u8 *)(PAGE_OFFSET + addr);
}

static u64 map(void *p, size_t n, enum dma_data_direction dir)
{
	u64 addr = kmemu_dma_map_single_attrs(&dev, p, n, dir, 0);

	return kmemu_dma_mapping_error(&dev, addr) ? 0 : addr;
}

static void unmap(u64 addr, size_t n, enum dma_data_direction dir)
{
	kmemu_dma_unmap_page_attrs(&dev, addr, n, dir, 0);
}

HEAP_TEST(bytes_go_both_ways, "dma_debug=warn")
{
	u8 *p = kmalloc(9000, GFP_KERNEL);
	u64 addr;

	memset(p, 'a', 9000);
	addr = map(p, 9000, DMA_TO_DEVICE);
	OK(addr && addr + 9000 < 1UL << 32 && swiotlb_holds(addr));
	UNIT_EQ(device_side(addr)[8999], 'a');
	device_side(addr)[0] = 'x';
	unmap(addr, 9000, DMA_TO_DEVICE);
	UNIT_EQ(p[0], 'a'); /* the device only reads */

	addr = map(p, 9000, DMA_FROM_DEVICE);
	UNIT_EQ(addr % PAGE_SIZE, 0);
	memset(device_side(addr), 'd', 100);
	kmemu_dma_sync_single_for_cpu(&dev, addr, 50, DMA_FROM_DEVICE);
	UNIT_EQ(p[49], 'd');
	UNIT_EQ(p[50], 'a');
	p[200] = 'c';
	kmemu_dma_sync_single_for_device(&dev, addr, 9000, DMA_FROM_DEVICE);
	UNIT_EQ(device_side(addr)[200], 'a');
	unmap(addr, 9000, DMA_FROM_DEVICE);
	UNIT_EQ(p[99], 'd');
	UNIT_EQ(p[100], 'a');

	addr = map(p, 9000, DMA_BIDIRECTIONAL);
	p[4000] = 'b';
	kmemu_dma_sync_single_for_device(&dev, addr + 3000, 2000, DMA_BIDIRECTIONAL);
	UNIT_EQ(device_side(addr)[4000], 'b');
	kmemu_dma_unmap_page_attrs(&dev, addr, 9000, DMA_BIDIRECTIONAL,
				   KMEMU_DMA_ATTR_SKIP_CPU_SYNC);
	UNIT_EQ(debug_dma_entries(), 0);
	UNIT_EQ(report_findings_total(), 0);
}

HEAP_TEST(low_bits_are_kept, "dma_debug=warn")
{
	u8 *p = kmalloc(8192, GFP_KERNEL);
	u64 addr;

	parms.min_align_mask = 4095;
	for (unsigned int offset = 0; offset < 4096; offset += 512) {
		p[offset] = (u8)(offset / 512);
		addr = map(p + offset, 1000, DMA_FROM_DEVICE);
		UNIT_EQ((addr ^ (u64)(p + offset)) & 4095, 0);
		UNIT_EQ(device_side(addr)[0], offset / 512);
		device_side(addr)[999] = 77;
		unmap(addr, 1000, DMA_FROM_DEVICE);
		UNIT_EQ(p[offset + 999], 77);
	}
	UNIT_EQ(kmemu_dma_max_mapping_size(&dev), (256 << 10) - 4096);
}

/* An odd slot is free: what is larger than it still does not lie across the boundary. */
HEAP_TEST(segments_cross_no_boundary, "dma_debug=warn")
{
	u8 *p = kmalloc(8192, GFP_KERNEL);
	u64 first, addr[8];

	parms.min_align_mask = 2047;
	parms.segment_boundary_mask = 8191;
	first = map(p, 2048, DMA_TO_DEVICE);
	for (int i = 0; i < 8; i++) {
		addr[i] = map(p, 6144, DMA_TO_DEVICE);
		OK(addr[i]);
		UNIT_EQ(addr[i] >> 13, (addr[i] + 6143) >> 13);
	}
	for (int i = 0; i < 8; i++)
		unmap(addr[i], 6144, DMA_TO_DEVICE);
	unmap(first, 2048, DMA_TO_DEVICE);
	parms.min_align_mask = 0;
	parms.segment_boundary_mask = 0;
}

HEAP_TEST(all_slots, "dma_debug=off")
{
	static u64 addr[256 + 1];
	u8 *p = page_address(alloc_pages(GFP_KERNEL, 6));

	parms.min_align_mask = 0;
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 256; i++) {
			addr[i] = map(p, 256 << 10, DMA_TO_DEVICE);
			OK(addr[i]);
		}
		UNIT_EQ(map(p, 1, DMA_TO_DEVICE), 0);
		unmap(addr[100], 256 << 10, DMA_TO_DEVICE);
		for (int i = 0; i < 128; i++) {
			addr[256] = map(p, 2048, DMA_TO_DEVICE);
			UNIT_EQ(addr[256], addr[100] + (u64)i * 2048);
		}
		UNIT_EQ(map(p, 1, DMA_TO_DEVICE), 0);
		for (int i = 0; i < 128; i++)
			unmap(addr[100] + (u64)i * 2048, 2048, DMA_TO_DEVICE);
		for (int i = 0; i < 256; i++)
			if (i != 100)
				unmap(addr[i], 256 << 10, DMA_TO_DEVICE);
	}
	UNIT_EQ(map(p, (256 << 10) + 1, DMA_TO_DEVICE), 0);
}

HEAP_TEST(a_list_of_copies, "dma_debug=warn")
{
	struct scatterlist sg[3];
	u8 *p[3];

	kmemu_sg_init_table(sg, 3);
	for (int i = 0; i < 3; i++) {
		p[i] = kmalloc(512, GFP_KERNEL);
		sg[i].page_link |= (unsigned long)pfn_to_page(virt_to_pfn(p[i]));
		sg[i].offset = (unsigned long)p[i] % PAGE_SIZE;
		sg[i].length = 512;
	}
	UNIT_EQ(kmemu_dma_map_sg_attrs(&dev, sg, 3, DMA_FROM_DEVICE, 0), 3);
	for (int i = 0; i < 3; i++)
		memset(device_side(sg[i].dma_address), 'x' + i, 512);
	kmemu_dma_sync_sg_for_cpu(&dev, sg, 3, DMA_FROM_DEVICE);
	UNIT_EQ(p[2][511], 'z');
	p[2][511] = 0;
	kmemu_dma_unmap_sg_attrs(&dev, sg, 3, DMA_FROM_DEVICE, 0);
	UNIT_EQ(p[2][511], 'z');
	UNIT_EQ(report_findings_total(), 0);
}

HEAP_TEST(masks, "mem=8G")
{
	UNIT_EQ(kmemu_dma_get_required_mask(&dev), (8UL << 30) - 1);
	OK(kmemu_dma_addressing_limited(&dev));
	UNIT_EQ(kmemu_dma_set_mask(&dev, dma_bit_mask(23)), -5);
	UNIT_EQ(kmemu_dma_set_mask(&dev, dma_bit_mask(24)), 0);
	UNIT_EQ(kmemu_dma_set_mask(&dev, dma_bit_mask(33)), 0);
	OK(!kmemu_dma_addressing_limited(&dev));
	UNIT_EQ(kmemu_dma_max_mapping_size(&dev), SIZE_MAX);
	OK(!kmemu_dma_need_sync(&dev, 4096) == (kmemu_opts.dma_debug == POLICY_OFF));
}

HEAP_TEST(no_need_below_4G, "mem=1G")
{
	u8 *p = kmalloc(100, GFP_KERNEL);
	u64 addr;

	mask = 0xffffffff;
	addr = map(p, 100, DMA_FROM_DEVICE);
	UNIT_EQ(addr, (u64)p - PAGE_OFFSET);
	unmap(addr, 100, DMA_FROM_DEVICE);
	OK(!swiotlb_is_active());
}

HEAP_TEST(coherent_by_zone, "dma_debug=warn")
{
	static const unsigned int bits[] = { 24, 30, 32, 36, 64 };
	kmemu_dma_addr_t addr;
	u8 *p;

	for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
		dev.coherent_dma_mask = dma_bit_mask(bits[i]);
		p = kmemu_dma_alloc_attrs(&dev, 5000, &addr, GFP_KERNEL | __GFP_DMA, 0);
		OK(p && addr + 5000 - 1 <= dma_bit_mask(bits[i]));
		UNIT_EQ(p[4999], 0);
		memset(p, 1, 8192);
		kmemu_dma_free_attrs(&dev, 5000, p, addr, 0);
	}
	OK(!kmemu_dma_alloc_attrs(&dev, 8 << 20, &addr, GFP_KERNEL | __GFP_NOWARN, 0));
	UNIT_EQ(report_findings_total(), 0);
	/* get_order(0) is 52, which the page allocator warns of. */
	OK(!kmemu_dma_alloc_attrs(&dev, 0, &addr, GFP_KERNEL, 0));
	UNIT_EQ(report_findings_total(), 1);
}

UNIT_MAIN("swiotlb", UNIT_TEST(bytes_go_both_ways), UNIT_TEST(low_bits_are_kept),
	  UNIT_TEST(segments_cross_no_boundary),
	  UNIT_TEST(all_slots), UNIT_TEST(a_list_of_copies), UNIT_TEST(masks),
	  UNIT_TEST(no_need_below_4G), UNIT_TEST(coherent_by_zone));
